"""What fits a custom field as an answer. An answer is a list of texts: one, or several of a list of options."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from portal.subscriptions.record.refusals import Refusal
from portal.subscriptions.rules.field_rules import INTEGERS, LONGEST_ANSWER, FieldKind
from portal.values import emails
from portal.values.dates import DateError, parse_date

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_MANY = frozenset({FieldKind.SELECTS, FieldKind.CHECKBOX})
_ONE_OF = frozenset({FieldKind.SELECT, FieldKind.RADIO})


class Field(Protocol):
    """The part of a `CustomField` that the rules read."""

    @property
    def kind(self) -> str: ...
    @property
    def longest(self) -> int | None: ...
    @property
    def least(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...
    @property
    def options(self) -> Sequence[str]: ...


def tidy(field: Field, values: Sequence[str]) -> list[str]:
    """Return the answer in its stored form: no empty texts, dates as 2026-11-21, integers in plain digits.

    Options come in the field's order. What does not fit the field stays as it was typed.
    """
    kind = FieldKind(field.kind)
    given = [
        value.replace("\r\n", "\n") if kind is FieldKind.TEXTAREA else value.strip()
        for value in values
        if value.strip()
    ]
    if kind in _MANY:
        known = [option for option in field.options if option in given]
        return known + [value for value in dict.fromkeys(given) if value not in field.options]
    return [_plain(kind, value) for value in given]


def problem(field: Field, values: Sequence[str]) -> Refusal | None:
    """Return why a tidy answer does not fit, or None if it does. An empty answer fits."""
    kind = FieldKind(field.kind)
    if kind in _MANY:
        return None if set(values) <= set(field.options) else Refusal.NOT_AN_OPTION
    if len(values) > 1:
        return Refusal.ONE_ANSWER
    return _PROBLEMS[kind](field, values[0]) if values else None


def fits(field: Field, values: Sequence[str]) -> bool:
    """Return whether a stored answer fits. If not, the field was changed since, and the answer is shown with a note."""
    return problem(field, values) is None


def left_of(field: Field, values: Sequence[str]) -> list[str]:
    """Return what the form for a misfit answer starts with: the options that still exist."""
    return [value for value in values if value in field.options] if FieldKind(field.kind) in _MANY | _ONE_OF else []


def _plain(kind: FieldKind, value: str) -> str:
    if kind is FieldKind.INTEGER:
        narrow = unicodedata.normalize("NFKC", value).replace(",", "")
        return str(int(narrow)) if _INTEGER.fullmatch(narrow) else value
    if kind is FieldKind.DATE:
        try:
            return parse_date(value).isoformat()
        except DateError:
            return value
    return value


def _written(field: Field, value: str) -> Refusal | None:
    longest = field.longest or LONGEST_ANSWER[FieldKind(field.kind)]
    return Refusal.TOO_LONG if len(value) > longest else None


def _integer(field: Field, value: str) -> Refusal | None:
    if not _INTEGER.fullmatch(value):
        return Refusal.NOT_A_NUMBER
    least = INTEGERS[0] if field.least is None else field.least
    most = INTEGERS[1] if field.most is None else field.most
    return None if least <= int(value) <= most else Refusal.OUT_OF_RANGE


def _email(_field: Field, value: str) -> Refusal | None:
    return None if emails.is_address(value) else Refusal.EMAIL


def _date(_field: Field, value: str) -> Refusal | None:
    try:
        parse_date(value)
    except DateError:
        return Refusal.NOT_A_DATE
    return None


def _one_of(field: Field, value: str) -> Refusal | None:
    return None if value in field.options else Refusal.NOT_AN_OPTION


_PROBLEMS: Mapping[FieldKind, Callable[[Field, str], Refusal | None]] = {
    FieldKind.TEXT: _written,
    FieldKind.TEXTAREA: _written,
    FieldKind.INTEGER: _integer,
    FieldKind.EMAIL: _email,
    FieldKind.DATE: _date,
    FieldKind.SELECT: _one_of,
    FieldKind.RADIO: _one_of,
}
