"""Failed logins below the lock: known and unknown codes must take the same time.

A two-sample test compares 1,000 tries.
"""

import tempfile
from pathlib import Path
from statistics import median

from portal.config import Settings
from portal.web.pace import Pace
from tests.access.failure_timing import failure_times, p_value
from tests.bench.ground import migrated, writing
from tests.bench.table import Row
from tests.cast import Cast

TRIES = 500
"""Tries of each kind."""
SIGNIFICANT = 0.01


def measure() -> list[Row]:
    held = _failures(Pace())
    bare = _failures(Pace(floor=0))
    p = p_value(*held)
    figure = f"p {p:.2f} (medians {_milliseconds(held)})"
    return [
        Row("failed login, known / unknown code", figure, f"no difference (p ≥ {SIGNIFICANT})", p >= SIGNIFICANT),
        Row("… the work alone, before it is held", _milliseconds(bare), "", None),
    ]


def _failures(pace: Pace) -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        app = migrated(Settings(instance_dir=Path(folder)))
        app.extensions["pace"] = pace
        with writing(app) as session:
            shop = Cast(session, app.config["CLOCK"]()).shop()
            return failure_times(app, session, shop, tries=TRIES)


def _milliseconds(times: tuple[list[float], list[float]]) -> str:
    return " / ".join(f"{median(sample) * 1000:.1f}" for sample in times) + " ms"
