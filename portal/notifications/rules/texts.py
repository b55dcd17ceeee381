"""Checks of a shop's mail text, made when it is saved and again before a mail is made of it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from portal.notifications.rules.placeholders import NEEDED, PLACEHOLDERS, find

MAX_SUBJECT = 200
"""Most characters as typed; what is filled in makes the subject longer."""
MAX_BODY = 5000

Field = Literal["subject", "body"]


class Mistake(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    """A line break in the subject, or a control character anywhere."""
    UNKNOWN = "unknown"
    NOT_HERE = "not_here"
    """This message has no value for it."""
    NOT_IN_SUBJECT = "not_in_subject"
    MISSING = "missing"


@dataclass(frozen=True)
class Problem:
    mistake: Mistake
    field: Field
    line: int = 0
    """Number of the line from 1, 0 for the field as a whole."""
    written: str = ""
    """Placeholder as it was typed."""
    meant: str = ""
    """Name of the placeholder to write instead, or of the missing one."""


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def tidy(subject: str, body: str) -> Text:
    """Normalize the text as it is stored: one kind of line end, nothing blank around it."""
    return Text(subject.strip(" \t　"), re.sub(r"\r\n?", "\n", body).strip("\n \t　"))


def problems(text: Text, message: str) -> list[Problem]:
    """List the problems in the order of the page; without any the text may be saved and sent."""
    return [*_of_field("subject", text.subject, MAX_SUBJECT, message), *_of_field("body", text.body, MAX_BODY, message)]


def _of_field(field: Field, text: str, longest: int, message: str) -> Iterator[Problem]:
    """Check one field. A text that is too long is not read: each placeholder in it would cost a search."""
    if len(text) > longest:
        yield Problem(Mistake.TOO_LONG, field)
        return
    yield from _form(field, text)
    yield from _placeholders(field, text, message)
    needed = NEEDED.get(message) if field == "body" else None
    if needed and needed not in {placeholder.name for placeholder in find(text)}:
        yield Problem(Mistake.MISSING, field, meant=needed)


def _form(field: Field, text: str) -> Iterator[Problem]:
    if not text:
        yield Problem(Mistake.EMPTY, field)
    allowed = "\n\t" if field == "body" else ""
    for number, line in enumerate(text.split("\n"), 1):
        if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") and sign not in allowed for sign in line):
            yield Problem(Mistake.CONTROL, field, number)
    if field == "subject" and "\n" in text:
        yield Problem(Mistake.CONTROL, field)


def _placeholders(field: Field, text: str, message: str) -> Iterator[Problem]:
    for found in find(text):
        line = text.count("\n", 0, found.start) + 1
        known = PLACEHOLDERS.get(found.name)
        if known is None:
            yield Problem(Mistake.UNKNOWN, field, line, found.written, found.meant)
        elif not known.is_in(message):
            yield Problem(Mistake.NOT_HERE, field, line, found.written)
        elif field == "subject" and not known.in_subject:
            yield Problem(Mistake.NOT_IN_SUBJECT, field, line, found.written)
