"""Expiry of cards."""

from datetime import date
from enum import StrEnum


class Expiry(StrEnum):
    GOOD = "good"
    EXPIRING = "expiring"
    """Valid only until the end of this month or the next one."""
    EXPIRED = "expired"


def month_of(day: date) -> str:
    """Format as YYYY-MM, like `Card.expires`."""
    return f"{day:%Y-%m}"


def next_month(day: date) -> str:
    return f"{day.year + day.month // 12}-{day.month % 12 + 1:02}"


def expiry_of(expires: str, today: date) -> Expiry:
    """Compare with the month printed on the card, to the end of which it is valid."""
    if expires < month_of(today):
        return Expiry.EXPIRED
    return Expiry.EXPIRING if expires <= next_month(today) else Expiry.GOOD
