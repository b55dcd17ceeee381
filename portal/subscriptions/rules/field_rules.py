"""Which custom fields a shop may define. What fits a field as an answer is in `subscriptions.terms.answer_rules`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class FieldKind(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    INTEGER = "integer"
    EMAIL = "email"
    DATE = "date"
    SELECT = "select"
    SELECTS = "selects"
    """Several options of the list."""
    RADIO = "radio"
    CHECKBOX = "checkbox"


CHOOSING = frozenset({FieldKind.SELECT, FieldKind.SELECTS, FieldKind.RADIO, FieldKind.CHECKBOX})
WRITING = frozenset({FieldKind.TEXT, FieldKind.TEXTAREA})
LONGEST_NAME = 60
LONGEST_OPTION = 100
MOST_OPTIONS = 100
LONGEST_ANSWER = {FieldKind.TEXT: 300, FieldKind.TEXTAREA: 5000}
INTEGERS = (-2_000_000_000, 2_000_000_000)


class FieldProblem(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHOICE = "choice"
    NUMBER = "number"
    BACKWARDS = "backwards"
    """The smallest value is above the largest."""
    NO_OPTIONS = "no_options"
    TOO_MANY = "too_many"
    OPTION_TWICE = "option_twice"
    OPTION_TOO_LONG = "option_too_long"


@dataclass(frozen=True)
class Definition:
    name: str
    kind: str
    required: bool = False
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    options: tuple[str, ...] = ()

    @property
    def tidy(self) -> "Definition":
        """Return a copy without the values that a field of this kind does not use."""
        return replace(
            self,
            longest=self.longest if self.kind in WRITING else None,
            least=self.least if self.kind == FieldKind.INTEGER else None,
            most=self.most if self.kind == FieldKind.INTEGER else None,
            options=self.options if self.kind in CHOOSING else (),
        )


def definition_problems(wanted: Definition) -> Mapping[str, FieldProblem]:
    """Return attribute → problem for a definition that is tidy already."""
    if wanted.kind not in set(FieldKind):
        return {"kind": FieldProblem.CHOICE}
    kind = FieldKind(wanted.kind)
    checked = {
        "name": _name_problem(wanted.name),
        "longest": _longest_problem(kind, wanted.longest),
        "least": _bound_problem(wanted.least),
        "most": _bound_problem(wanted.most) or _order_problem(wanted.least, wanted.most),
        "options": _options_problem(kind, wanted.options),
    }
    return {attribute: problem for attribute, problem in checked.items() if problem}


def _name_problem(name: str) -> FieldProblem | None:
    if not name:
        return FieldProblem.EMPTY
    return FieldProblem.TOO_LONG if len(name) > LONGEST_NAME else None


def _longest_problem(kind: FieldKind, longest: int | None) -> FieldProblem | None:
    if longest is None or 1 <= longest <= LONGEST_ANSWER[kind]:
        return None
    return FieldProblem.NUMBER


def _bound_problem(bound: int | None) -> FieldProblem | None:
    return None if bound is None or INTEGERS[0] <= bound <= INTEGERS[1] else FieldProblem.NUMBER


def _order_problem(least: int | None, most: int | None) -> FieldProblem | None:
    return FieldProblem.BACKWARDS if least is not None and most is not None and least > most else None


def _options_problem(kind: FieldKind, options: tuple[str, ...]) -> FieldProblem | None:
    if kind not in CHOOSING:
        return None
    if not options:
        return FieldProblem.NO_OPTIONS
    if len(options) > MOST_OPTIONS:
        return FieldProblem.TOO_MANY
    if any(len(option) > LONGEST_OPTION for option in options):
        return FieldProblem.OPTION_TOO_LONG
    return FieldProblem.OPTION_TWICE if len(set(options)) < len(options) else None
