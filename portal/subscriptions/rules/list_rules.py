"""Checks for the lists that a shop keeps for its subscriptions: labels, reasons, custom fields."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class ListProblem(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TAKEN = "taken"
    """The list has the same name already, perhaps in another width or case."""
    TOO_MANY = "too_many"
    STALE = "stale"
    """The entry was changed since the form was opened."""
    GONE = "gone"
    """The entry was deleted since the form was opened."""


class ListError(ValueError):
    def __init__(self, problem: ListProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def check_name(name: str, others: Iterable[str], *, longest: int) -> None:
    """Raise ListError if the name is empty, too long or taken."""
    if not name:
        raise ListError(ListProblem.EMPTY)
    if len(name) > longest:
        raise ListError(ListProblem.TOO_LONG)
    if _folded(name) in map(_folded, others):
        raise ListError(ListProblem.TAKEN)


def check_count(count: int, *, most: int) -> None:
    if count >= most:
        raise ListError(ListProblem.TOO_MANY)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
