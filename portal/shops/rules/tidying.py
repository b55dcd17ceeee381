"""Tidying of typed settings for storage: blanks at the ends removed, numbers in their usual form, errors kept."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.access.rules.second_step import DEFAULTS, Action
from portal.receipts.rules.wording import clean
from portal.values import emails, postcodes, registration

LANGUAGES = ("ja", "en")
_HYPHENS = re.compile(r"(?<=[0-9)])[-‐‑‒–—―−ー](?=[0-9])")


def tidy(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with each value in the form in which its column of `Shop` stores it."""
    return {field: TIDY.get(field, _plain)(value) for field, value in changes.items()}


def _plain(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _narrow(value: str) -> str:
    return unicodedata.normalize("NFKC", clean(value))


def _phone(value: str) -> str:
    return _HYPHENS.sub("-", _narrow(value))


def _postcode(value: str) -> str:
    return postcodes.normalise(value) or clean(value)


def _url(value: str) -> str:
    text = _narrow(value)
    return f"https://{text}" if re.match(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/|$)", text, re.IGNORECASE) else text


def _email(value: str) -> str:
    return emails.normalise(value) or clean(value)


def _addresses(value: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_email(address) for address in value if clean(address)))


def _steps(value: Mapping[str, bool]) -> dict[str, bool]:
    """Return only what differs from the defaults, so that saving the defaults changes nothing."""
    return {action: on for action, on in value.items() if DEFAULTS.get(Action(action)) != on}


TIDY: Mapping[str, Callable[[Any], Any]] = {
    "second_step": _steps,
    "registration_number": registration.normalise,
    "issuer_postcode": _postcode,
    "accent": lambda value: _narrow(value).lower(),
    **dict.fromkeys(("issuer_phone", "contact_phone"), _phone),
    **dict.fromkeys(("issuer_email", "contact_email", "mail_from"), _email),
    **dict.fromkeys(("contact_url", "site_url"), _url),
    "notice_addresses": _addresses,
    "languages": lambda value: [language for language in LANGUAGES if language in value],
}
