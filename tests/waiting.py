"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 60
"""Seconds after which something that should happen at once is called broken; a busy machine needs some."""


def until(found: Callable[[], Found | None]) -> Found:
    """Asks again and again; returns the first answer that is not empty."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return answer
