"""What a shop's mail text must be, judged at saving and once more before a mail is made of it. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from portal.notifications.rules.placeholders import NEEDED, PLACEHOLDERS, find

MAX_SUBJECT = 200
"""Characters as typed; what is filled in makes it longer."""
MAX_BODY = 5000

Field = Literal["subject", "body"]


class Mistake(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    """A line break in the subject, a control character anywhere."""
    UNKNOWN = "unknown"
    NOT_HERE = "not_here"
    """This message knows nothing of it."""
    NOT_IN_SUBJECT = "not_in_subject"
    MISSING = "missing"


@dataclass(frozen=True)
class Problem:
    mistake: Mistake
    field: Field
    line: int = 0
    """From 1; 0: the field as a whole."""
    written: str = ""
    """The placeholder as it was typed."""
    meant: str = ""
    """Name of the placeholder to write instead (of the missing one)."""


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def tidy(subject: str, body: str) -> Text:
    """As it is stored: one kind of line end, nothing blank around it."""
    return Text(subject.strip(" \t　"), re.sub(r"\r\n?", "\n", body).strip("\n \t　"))


def problems(text: Text, message: str) -> list[Problem]:
    """In the order of the page. Empty: it may be saved and sent."""
    return [*_of_field("subject", text.subject, MAX_SUBJECT, message), *_of_field("body", text.body, MAX_BODY, message)]


def _of_field(field: Field, text: str, longest: int, message: str) -> Iterator[Problem]:
    """What is too long is not read: a text without end would cost a search for each placeholder in it."""
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
