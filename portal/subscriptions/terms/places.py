"""Order of the rows of a shop's list, which staff move up and down."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID


class Placed(Protocol):
    id: UUID
    position: int


def after(rows: Sequence[Placed]) -> int:
    """Return the position of a new row at the end."""
    return max((row.position for row in rows), default=0) + 1


def step(rows: Sequence[Placed], row_id: UUID, by: int, *, shown: int) -> tuple[int, int] | None:
    """Swap the row with the one above (-1) or below (1), and return its place, counted from 1, before and after.

    Return None and leave all as it is if the row is no longer at the position `shown`, or nothing is beside it.
    """
    at = next((place for place, row in enumerate(rows) if row.id == row_id), None)
    if at is None or rows[at].position != shown or not 0 <= at + by < len(rows):
        return None
    row, other = rows[at], rows[at + by]
    row.position, other.position = other.position, row.position
    return at + 1, at + by + 1
