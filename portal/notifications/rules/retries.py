"""Times at which a mail is tried again, and until when it is worth sending."""

from datetime import datetime, timedelta

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
WHILE_DOWN = timedelta(minutes=1)
"""Wait while the server is away; this is not counted, and no mail is given up for it."""
LIFETIMES = {
    "login_code": timedelta(minutes=10),
    "staff_password": timedelta(hours=1),
    "staff_invitation": timedelta(hours=72),
}
"""Time after which a mail would only confuse, since its code or link is no longer accepted."""


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return the time of the next try after `tries` refusals for now, or None if that was the last one."""
    return now + BACKOFF[tries - 1] if tries <= len(BACKOFF) else None


def is_too_late(message: str, created_at: datetime, now: datetime) -> bool:
    lifetime = LIFETIMES.get(message)
    return lifetime is not None and now >= created_at + lifetime
