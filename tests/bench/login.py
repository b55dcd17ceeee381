"""Failed logins below the lock: known and unknown codes must take the same time. A two-sample test over 1,000 tries."""

import random
import tempfile
import time
from datetime import UTC, datetime
from math import erf, sqrt
from pathlib import Path
from statistics import median

from portal.config import Settings
from tests.bench.ground import migrated, writing
from tests.bench.table import Row
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

TRIES = 1000
SIGNIFICANT = 0.01


def measure() -> list[Row]:
    held_p, held, _ = _compare(hold=True)
    work_p, known, unknown = _compare(hold=False)
    return [
        Row(
            "failed login, known / unknown code: p of a difference",
            f"{held_p:.2f} (median {held * 1000:.0f} ms)",
            f"≥ {SIGNIFICANT}",
            held_p >= SIGNIFICANT,
        ),
        Row(
            "… the work alone, before it is held",
            f"{known * 1000:.1f} / {unknown * 1000:.1f} ms (p {work_p:.2g})",
            "",
            None,
        ),
    ]


def _compare(*, hold: bool) -> tuple[float, float, float]:
    """p of Mann–Whitney's U, and the medians in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        app = migrated(Settings(instance_dir=Path(folder)))
        if not hold:
            app.extensions["pace"] = type(app.extensions["pace"])(floor=0)
        with writing(app) as session:
            cast = Cast(session, datetime.now(UTC))
            shop = cast.shop()
            for number in range(TRIES // 2):
                cast.order(shop, code=f"K-{number}")
            session.commit()
        client = app.test_client()
        token = csrf_token(client, "/sakura/")
        codes = [f"K-{number}" for number in range(TRIES // 2)] + [f"U-{number}" for number in range(TRIES // 2)]
        random.Random(1).shuffle(codes)
        times: dict[str, list[float]] = {"K": [], "U": []}
        for number, code in enumerate(codes):
            fields = {"code": code, "typed": "鈴木 一郎", "csrf_token": token}
            # Each from an address of its own: the limits on addresses are another matter.
            environ = {"REMOTE_ADDR": f"10.{number // 60000}.{number // 250 % 250}.{number % 250}"}
            started = time.perf_counter()
            answer = client.post("/sakura/", data=fields, environ_base=environ)
            times[code[0]].append(time.perf_counter() - started)
            assert answer.status_code == 422, answer.status_code
    return _p_of_difference(times["K"], times["U"]), median(times["K"]), median(times["U"])


def _p_of_difference(one: list[float], other: list[float]) -> float:
    """Two-sided, by the normal approximation, which is exact enough for hundreds of tries."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    rank_sum = sum(rank for rank, (_, sample) in enumerate(ranked, 1) if sample == 0)
    n, m = len(one), len(other)
    u = rank_sum - n * (n + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return 1 - erf(abs(z) / sqrt(2))
