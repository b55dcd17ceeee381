"""Limits of failed attempts, and the length of locks."""

from datetime import datetime, timedelta
from enum import StrEnum


class Via(StrEnum):
    """Way of an attempt, counted apart so that strangers who type codes cannot lock out the holder of the link."""

    LINK = "link"
    CODE = "code"


ADDRESS = "address"
"""Value of `LoginLock.via` for the lock of a client address."""

CODE_FAILURES = 5
CODE_WINDOW = timedelta(minutes=15)
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(hours=24)
"""Time after a lock's end from which the next one starts at `FIRST_LOCK` again."""

ADDRESS_FAILURES = 100
ADDRESS_CODES = 20
ADDRESS_WINDOW = timedelta(hours=1)
ADDRESS_LOCK = timedelta(minutes=15)


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    return locked_until is not None and now < locked_until


def next_level(level: int, locked_until: datetime | None, now: datetime) -> int:
    """Return the number that the next lock has in its row, from 1."""
    if locked_until is None or now - locked_until >= FORGOTTEN_AFTER:
        return 1
    return level + 1


def lock_length(level: int) -> timedelta:
    """Return the length of a lock: 15 minutes, 30, 60 … 24 hours. `level` counts from 1."""
    # The exponent is bounded so that a long siege cannot overflow a timedelta.
    return min(FIRST_LOCK * (1 << min(level - 1, 10)), LONGEST_LOCK)


def address_is_suspicious(failures: int, codes: int) -> bool:
    """Tell whether an address has many failures over many different codes.

    Many failures alone prove nothing: phone carriers put thousands of buyers behind one address.
    """
    return failures >= ADDRESS_FAILURES and codes >= ADDRESS_CODES
