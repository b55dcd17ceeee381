"""When a refused mail is tried again. Pure."""

from datetime import datetime, timedelta

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
LIFETIME = timedelta(days=3)
LIFETIMES = {"login_code": timedelta(minutes=10)}
"""What would only confuse when it comes later: the code in it is no longer taken."""


def next_try(message: str, tries: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """None: this was the last one. `tries` counts those made, from 1."""
    if tries > len(BACKOFF):
        return None
    at = now + BACKOFF[tries - 1]
    return at if at <= created_at + LIFETIMES.get(message, LIFETIME) else None
