"""When a card is over. Pure."""

from datetime import date
from enum import StrEnum


class Expiry(StrEnum):
    GOOD = "good"
    EXPIRING = "expiring"
    """This month or the next one."""
    EXPIRED = "expired"


def month_of(day: date) -> str:
    """YYYY-MM, as `Card.expires`."""
    return f"{day:%Y-%m}"


def next_month(day: date) -> str:
    return f"{day.year + day.month // 12}-{day.month % 12 + 1:02}"


def expiry_of(expires: str, today: date) -> Expiry:
    """A card is good to the end of the month that is printed on it."""
    if expires < month_of(today):
        return Expiry.EXPIRED
    return Expiry.EXPIRING if expires <= next_month(today) else Expiry.GOOD
