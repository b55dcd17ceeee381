"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 60
"""Seconds after which something that should happen at once counts as broken; a busy machine needs some."""


def until(found: Callable[[], Found | None]) -> Found:
    """Ask again and again until the answer is not empty, and return it; fail after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return answer
