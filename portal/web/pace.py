"""Pace of failed attempts: each is answered no sooner than a fixed time after it came in, whatever work it made."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True)
class Pace:
    floor: float = 0.15
    """Least seconds until the answer: longer than the work of any attempt, so that it cannot be seen from outside."""
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep

    def hold(self, started: float) -> None:
        """Wait until `floor` seconds after `started`.

        Call it with no database transaction open: the wait must not keep others waiting.
        """
        left = self.floor - (self.clock() - started)
        if left > 0:
            self.wait(left)


def pace() -> Pace:
    found: Pace = current_app.extensions["pace"]
    return found
