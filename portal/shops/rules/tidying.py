"""Tidying of typed settings for storage: blanks at the ends removed, numbers in their usual form, errors kept."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from portal.access.rules.second_step import DEFAULTS, Action
from portal.values import emails, postcodes
from portal.values.inkless import clean
from portal.values.languages import LANGUAGES

_HYPHENS = re.compile(r"(?<=[0-9)])[-‐‑‒–—―−ー](?=[0-9])")


def plain(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def narrow(value: str) -> str:
    return unicodedata.normalize("NFKC", clean(value))


def phone(value: str) -> str:
    return _HYPHENS.sub("-", narrow(value))


def postcode(value: str) -> str:
    return postcodes.normalise(value) or clean(value)


def url(value: str) -> str:
    text = narrow(value)
    return f"https://{text}" if re.match(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/|$)", text, re.IGNORECASE) else text


def email(value: str) -> str:
    return emails.normalise(value) or clean(value)


def addresses(value: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(email(address) for address in value if clean(address)))


def steps(value: Mapping[str, bool]) -> dict[str, bool]:
    """Return only what differs from the defaults, so that saving the defaults changes nothing."""
    return {action: on for action, on in value.items() if DEFAULTS.get(Action(action)) != on}


def provisos(value: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a language says anyway."""
    tidy = {language: clean(proviso) for language, proviso in value.items()}
    return {
        code: proviso for code, proviso in tidy.items() if code not in LANGUAGES or proviso != LANGUAGES[code].proviso
    }


def colour(value: str) -> str:
    return narrow(value).lower()


def languages(value: Iterable[str]) -> list[str]:
    """Return the languages in the order in which the product lists them."""
    chosen = set(value)
    return [language for language in LANGUAGES if language in chosen]
