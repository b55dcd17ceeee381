"""Checks of one setting each: value in, problem out."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from portal.access.rules.second_step import Action
from portal.receipts.rules.glyphs import unprintable
from portal.receipts.rules.wording import LONGEST
from portal.shops.rules.problems import Problem
from portal.values import colours, emails, phones, postcodes, registration, tax
from portal.values.languages import LANGUAGES

ACCESS_DAYS = (30, 60, 90, 180, 365, None)
MOST_ADDRESSES = 10
LONGEST_URL = 300
LONGEST_PHONE = 20
LONGEST_HOURS = 60
LONGEST_NAME = 100
LONGEST_ADDRESS = 200


@dataclass(frozen=True)
class Facts:
    """Facts that rules need besides the settings."""

    today: date
    actor_has_app: bool = False
    """Whether the one who changes the settings has an authenticator app, which is needed to demand it from all."""
    double_confirmed: bool = False
    """Whether they have confirmed that buyers will have the mall's receipt and the shop's."""


Check = Callable[[Any, Facts], Problem | None]


def one_of(*values: object) -> Check:
    return lambda value, _facts: None if value in values else Problem.CHOICE


def text(longest: int, *, needed: bool = False, printed: bool = False) -> Callable[[Any, Any], Problem | None]:
    def check(value: str, _facts: Any) -> Problem | None:
        if needed and not value:
            return Problem.EMPTY
        if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in value):
            return Problem.CONTROL
        if len(value) > longest:
            return Problem.TOO_LONG
        return Problem.UNPRINTABLE if printed and unprintable(value) else None

    return check


def writing(longest: int) -> Check:
    """Return the check of a text of several lines."""
    line = text(longest)

    def check(value: str, facts: Facts) -> Problem | None:
        if len(value) > longest:
            return Problem.TOO_LONG
        return next(filter(None, (line(each, facts) for each in value.split("\n"))), None)

    return check


def days(least: int, most: int) -> Check:
    """Return the check of a number of days, which may be left empty."""
    return lambda value, _facts: None if value is None or least <= value <= most else Problem.DAYS


_proviso = text(LONGEST, needed=True, printed=True)


def provisos(table: Mapping[str, str]) -> Iterable[tuple[str, Problem | None]]:
    for language, proviso in table.items():
        yield language, _proviso(proviso, None) if language in LANGUAGES else Problem.CHOICE


def phone(value: str, _facts: Facts) -> Problem | None:
    if not value:
        return None
    return None if len(value) <= LONGEST_PHONE and phones.normalise(value) else Problem.PHONE


def email(value: str, _facts: Facts) -> Problem | None:
    return None if not value or emails.is_address(value) else Problem.EMAIL


def addresses(value: list[str], facts: Facts) -> Problem | None:
    if len(value) > MOST_ADDRESSES:
        return Problem.TOO_MANY
    return next((problem for address in value if (problem := email(address, facts))), None)


def postcode(value: str, _facts: Facts) -> Problem | None:
    return None if not value or postcodes.normalise(value) == value else Problem.POSTCODE


def registration_number(value: str, _facts: Facts) -> Problem | None:
    wrong = value and registration.registration_number_warning(value) == registration.RegistrationWarning.SHAPE
    return Problem.REGISTRATION if wrong else None


def url(value: str, _facts: Facts) -> Problem | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return Problem.URL
    usable = parts.scheme in ("http", "https") and "." in host and "@" not in parts.netloc
    blank = re.search(r"[\s\x00-\x1f<>\"'\\]", value)
    return None if usable and not blank and len(value) <= LONGEST_URL else Problem.URL


def rate(value: int | None, facts: Facts) -> Problem | None:
    return None if value is None or tax.rate_known(value, facts.today) else Problem.RATE


def languages(value: list[str], _facts: Facts) -> Problem | None:
    return None if "ja" in value else Problem.JAPANESE


def steps(value: Mapping[str, bool], _facts: Facts) -> Problem | None:
    return None if set(value) <= set(Action) else Problem.CHOICE


def colour(value: str, _facts: Facts) -> Problem | None:
    return None if colours.HEX.fullmatch(value) else Problem.COLOUR
