"""Settings and their declarations: what is asked for, how, which values are taken, and in which form they are stored.

Shops and subscriptions declare theirs in `rules/declarations.py`; forms, refusals, tidying, the audit's labels and what
may be set at all follow from there. A setting's name is the column that stores it. The path of a problem is that column,
or column.key for one entry of a table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

P = TypeVar("P")
"""Type of the problems."""
Values = Mapping[str, Any]


class Widget(StrEnum):
    """How a setting is asked for."""

    TEXT = "text"
    WRITING = "writing"
    """A text of several lines."""
    LINES = "lines"
    """One value a line."""
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LIST = "list"
    """A list to choose from: `choices`, or the numbers within `bounds`."""
    OWN = "own"
    """By fields or a page of its own."""


def anything(_value: Any, _facts: Any) -> None:
    return None


def _no_entries(_value: Any) -> tuple[()]:
    return ()


def _unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Setting(Generic[P]):
    column: str
    section: str
    label: str
    widget: Widget = Widget.TEXT
    check: Callable[[Any, Any], P | None] = anything
    """(value, facts) → the problem of the whole."""
    tidy: Callable[[Any], Any] = _unchanged
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Value, or key of the table, → words."""
    kind: str = "text"
    """Type of the input, for TEXT."""
    keyboard: str = ""
    """Input mode of the input, for TEXT."""
    short: str = ""
    """Label in lists and in the record of who changed what; empty if it is the form's."""
    entries: Callable[[Any], Iterable[tuple[str, P | None]]] = _no_entries
    """Value → (key, problem) for each entry of a table."""
    bounds: tuple[int, int | None] | None = None
    """Smallest and largest number, of each entry for a table; None for the largest if there is no end."""
    longest: int | None = None
    """Most characters, of each entry for a list or table."""
    unit: str = ""
    """Unit behind the input, for NUMBER."""
    placeholder: str = ""
    rows: int = 4
    """Lines that the input shows, for WRITING and LINES."""
    amount: str = ""
    """Words for a value that is a number, with a place for `count`."""
    empty: str = ""
    """Words for None, if it does not mean that nothing is set."""

    @property
    def name(self) -> str:
        """Return the label for lists and the record."""
        return self.short or self.label

    def problems(self, value: Any, facts: Any) -> dict[str, P]:
        """Return path → problem."""
        found = [(self.column, self.check(value, facts))]
        found += [(f"{self.column}.{key}", problem) for key, problem in self.entries(value)]
        return {path: problem for path, problem in found if problem is not None}


class Contradiction(NamedTuple, Generic[P]):
    """Settings that do not go together, each being right by itself."""

    columns: frozenset[str]
    """Columns of which one was changed; a problem that one has by itself comes first."""
    column: str
    """Column beside which the problem is shown."""
    problem: P
    holds: Callable[[Values, Any], bool]
    """(all settings, facts) → whether they contradict each other."""


@dataclass(frozen=True)
class Weighed(Generic[P]):
    """Changes that a form would make, and what is wrong with them."""

    changed: dict[str, Any]
    problems: Mapping[str, P]

    @property
    def usable(self) -> dict[str, Any]:
        """Return the changes without a problem, which a preview can show."""
        wrong = columns_of(self.problems)
        return {column: value for column, value in self.changed.items() if column not in wrong}


@dataclass(frozen=True)
class Rules(Generic[P]):
    """All settings of one noun. Columns that are not declared are stored as they come."""

    declared: Mapping[str, Setting[P]]
    contradictions: Sequence[Contradiction[P]]

    def tidy(self, changes: Values) -> dict[str, Any]:
        """Return the changes with each value in the form in which its column stores it."""
        return {
            column: self.declared[column].tidy(value) if column in self.declared else value
            for column, value in changes.items()
        }

    def problems(self, settings: Values, changed: Iterable[str], facts: Any) -> dict[str, P]:
        """Return path → problem for the `changed` columns of `settings`, which are all settings after the change (tidy).

        A setting that was wrong before does not block changes of others.
        """
        columns = set(changed)
        found: dict[str, P] = {}
        for column in columns & self.declared.keys():
            found |= self.declared[column].problems(settings[column], facts)
        wrong = columns_of(found)
        for needed, column, problem, holds in self.contradictions:
            if needed & columns and not needed & wrong and holds(settings, facts):
                found[column] = problem
        return found

    def weigh(self, settings: Values, changes: Values, facts: Any) -> Weighed[P]:
        """Tell what the changes would do to the settings as they stand. Raise KeyError if one of them does not exist."""
        standing = self.tidy({column: settings[column] for column in changes})
        changed = {column: value for column, value in self.tidy(changes).items() if value != standing[column]}
        return Weighed(changed, self.problems({**settings, **changed}, changed, facts))


def columns_of(paths: Iterable[str]) -> set[str]:
    return {path.partition(".")[0] for path in paths}
