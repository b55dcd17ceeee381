"""Which day staff may put on a receipt as its 取引日: the ship date, or another one by a manager with a reason."""

from datetime import date
from enum import StrEnum


class DayProblem(StrEnum):
    OUT_OF_RANGE = "out_of_range"
    """Before the order or in the future."""
    FOR_MANAGERS = "for_managers"
    NO_REASON = "no_reason"


def day_problem(
    on: date, *, shipped_on: date | None, ordered_on: date, today: date, is_manager: bool, reason: str
) -> DayProblem | None:
    """Return what is wrong with the day, or None. `shipped_on`: None where no ship date is known; then any day will do."""
    if not ordered_on <= on <= today:
        return DayProblem.OUT_OF_RANGE
    if shipped_on is None or on == shipped_on:
        return None
    if not is_manager:
        return DayProblem.FOR_MANAGERS
    return None if reason else DayProblem.NO_REASON
