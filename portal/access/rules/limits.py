"""How many wrong tries are borne, and how long a lock lasts. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum


class Via(StrEnum):
    """Tries from a signed link and with a typed code are counted apart: strangers cannot lock out who holds the link."""

    LINK = "link"
    CODE = "code"


ADDRESS = "address"
"""`LoginLock.via` of an address's lock."""

CODE_FAILURES = 5
CODE_WINDOW = timedelta(minutes=15)
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(hours=24)
"""So long after a lock's end the next one starts at `FIRST_LOCK` again."""

ADDRESS_FAILURES = 100
ADDRESS_CODES = 20
ADDRESS_WINDOW = timedelta(hours=1)
ADDRESS_LOCK = timedelta(minutes=15)


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    return locked_until is not None and now < locked_until


def next_level(level: int, locked_until: datetime | None, now: datetime) -> int:
    """How many locks in a row this one makes."""
    if locked_until is None or now - locked_until >= FORGOTTEN_AFTER:
        return 1
    return level + 1


def lock_length(level: int) -> timedelta:
    """15 minutes, 30, 60 … 24 hours. `level` counts from 1."""
    # The exponent is bounded so that a long siege cannot overflow a timedelta.
    return min(FIRST_LOCK * (1 << min(level - 1, 10)), LONGEST_LOCK)


def address_is_suspicious(failures: int, codes: int) -> bool:
    """Phone carriers put thousands of buyers behind one address: many failures over many codes, not many alone."""
    return failures >= ADDRESS_FAILURES and codes >= ADDRESS_CODES
