"""When a mail is tried again, and until when it is worth sending. Pure."""

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
"""The server is away: that is not counted, and no mail is given up for it."""
LIFETIMES = {
    "login_code": timedelta(minutes=10),
    "staff_password": timedelta(hours=1),
    "staff_invitation": timedelta(hours=72),
}
"""What would only confuse when it comes later: the code or link in it is no longer taken."""


def next_try(tries: int, now: datetime) -> datetime | None:
    """After the `tries`-th refusal for now; None: that was the last one."""
    return now + BACKOFF[tries - 1] if tries <= len(BACKOFF) else None


def is_too_late(message: str, created_at: datetime, now: datetime) -> bool:
    lifetime = LIFETIMES.get(message)
    return lifetime is not None and now >= created_at + lifetime
