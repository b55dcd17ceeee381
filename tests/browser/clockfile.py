"""A clock that several processes read from one file and that a test moves: half an hour passes without waiting."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "TEST_CLOCK_FILE"
START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
"""10:00 on a Saturday in Tokyo, as in the other tests."""


class ClockFile:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())

    def set(self, instant: datetime = START) -> None:
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text(instant.isoformat())
        unfinished.replace(self.path)

    def forward(self, **delta: float) -> None:
        self.set(self() + timedelta(**delta))


def of_environment() -> ClockFile:
    return ClockFile(Path(os.environ[VARIABLE]))
