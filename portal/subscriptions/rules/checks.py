"""Checks of one setting each: value in, problem out; for a table, its entries in, (key, problem) out."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from portal.subscriptions.rules.problems import Problem
from portal.subscriptions.schedule.cycles import LIMITS, WEEKDAYS, CycleKind
from portal.values.states import SubscriptionState

MOST_N = {str(kind): LIMITS[kind.unit] for kind in CycleKind}
"""Cycle kind → largest n; the smallest is 1."""
MOST_ENTRIES = 30
"""Most entries of a list."""

Bounds = tuple[int, int | None]
Check = Callable[[Any, Any], Problem | None]
Entries = Callable[[Any], Iterable[tuple[str, Problem | None]]]


def one_of(*values: object) -> Check:
    return lambda value, _facts: None if value in values else Problem.CHOICE


def number(bounds: Bounds, *, may_be_empty: bool = False) -> Check:
    least, most = bounds

    def check(value: int | None, _facts: Any) -> Problem | None:
        if value is None:
            return None if may_be_empty else Problem.NUMBER
        return None if least <= value and (most is None or value <= most) else Problem.NUMBER

    return check


def text(longest: int) -> Check:
    return lambda value, _facts: Problem.TOO_LONG if len(value) > longest else None


def prefix(longest: int) -> Check:
    def check(value: str, _facts: Any) -> Problem | None:
        if not re.fullmatch(r"[A-Za-z0-9\-_/]*", value):
            return Problem.PREFIX_CHARACTERS
        return Problem.TOO_LONG if len(value) > longest else None

    return check


def texts(longest: int) -> Check:
    def check(entries: list[str], _facts: Any) -> Problem | None:
        if any(len(entry) > longest for entry in entries):
            return Problem.TOO_LONG
        return Problem.TOO_MANY if len(entries) > MOST_ENTRIES else None

    return check


def weekdays(days: list[str], _facts: Any) -> Problem | None:
    if set(days) >= set(WEEKDAYS):
        return Problem.NEVER_OPEN
    return Problem.CHOICE if set(days) - set(WEEKDAYS) else None


def chosen(known: Collection[str]) -> Check:
    return lambda values, _facts: Problem.CHOICE if set(values) - set(known) else None


def offers(known: Collection[str]) -> Check:
    def check(chosen: list[str], _facts: Any) -> Problem | None:
        if len(set(chosen)) < len(chosen):
            return Problem.OFFER_TWICE
        return Problem.CHOICE if set(chosen) - set(known) else None

    return check


# --- tables ----------------------------------------------------------------------------------------------------------
def numbers(bounds: Bounds, longest: int) -> Entries:
    fits = number(bounds)

    def check(table: Mapping[str, int | None]) -> Iterable[tuple[str, Problem | None]]:
        for key, value in table.items():
            yield key, Problem.TOO_LONG if len(key) > longest else fits(value, None)

    return check


def extra_days(changes: Collection[str], bounds: Bounds) -> Entries:
    """Check change → extra days before its deadline, None if buyers may not make it."""
    fits = number(bounds, may_be_empty=True)

    def check(table: Mapping[str, int | None]) -> Iterable[tuple[str, Problem | None]]:
        for change, extra in table.items():
            yield change, fits(extra, None) if change in changes else Problem.CHOICE

    return check


def cycles(table: Mapping[str, tuple[int | None, int | None]]) -> Iterable[tuple[str, Problem | None]]:
    for kind, (least, most) in table.items():
        yield kind, _range_problem(kind, least, most)


def _range_problem(kind: str, least: int | None, most: int | None) -> Problem | None:
    if kind not in MOST_N:
        return Problem.CHOICE
    if least is None or most is None:
        return Problem.RANGE_MISSING
    if not (1 <= least <= MOST_N[kind] and 1 <= most <= MOST_N[kind]):
        return Problem.NUMBER
    return Problem.RANGE_BACKWARDS if least > most else None


def names(longest: int) -> Entries:
    def check(table: Mapping[str, str]) -> Iterable[tuple[str, Problem | None]]:
        for state, name in table.items():
            yield state, _name_problem(state, name, table, longest)

    return check


def _name_problem(state: str, name: str, table: Mapping[str, str], longest: int) -> Problem | None:
    if list(table.values()).count(name) > 1:
        return Problem.NAME_TWICE
    if len(name) > longest:
        return Problem.TOO_LONG
    return None if state in set(SubscriptionState) else Problem.CHOICE
