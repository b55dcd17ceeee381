"""Matching names: wrongly accepted and wrongly refused cases of both sets, and the time of one match."""

import json
import time
from pathlib import Path
from statistics import median

from portal.values import names
from tests.bench.table import Row

CASES = Path(__file__).parents[1] / "values"


def measure() -> list[Row]:
    names.warm()
    rows = []
    for file in ("names.jsonl", "more_names.jsonl"):
        cases = [json.loads(line) for line in (CASES / file).read_text("utf-8").splitlines() if line.strip()]
        answers = [(case, names.matches(case["typed"], case["order_name"], case["order_kana"])) for case in cases]
        accepts = sum(answer and not case["expect"] for case, answer in answers)
        rejects = [case for case, answer in answers if case["expect"] and not answer]
        wanted = sum(case["expect"] for case in cases)
        share = len(rejects) / wanted
        rows.append(Row(f"names, {file}: false accepts", f"{accepts} of {len(cases) - wanted}", "0", accepts == 0))
        rows.append(
            Row(f"names, {file}: false rejects", f"{len(rejects)} of {wanted} ({share:.1%})", "≤ 0.5%", share <= 0.005)
        )
    rows.append(Row("name match, kana given", f"{_time('やまだはなこ', 'ヤマダ ハナコ'):.2f} ms", "", None))
    rows.append(Row("name match, reading derived", f"{_time('やまだはなこ', None):.2f} ms", "", None))
    return rows


def _time(typed: str, kana: str | None) -> float:
    times = []
    for _ in range(300):
        started = time.perf_counter()
        names.matches(typed, "山田 花子", kana)
        times.append(time.perf_counter() - started)
    return median(times) * 1000
