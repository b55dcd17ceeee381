"""The settings that a shop may have: values in, problems out. A field is a column of `Shop`."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from portal.access.rules.second_step import Action
from portal.receipts.rules.glyphs import unprintable
from portal.receipts.rules.permissions import Policy
from portal.receipts.rules.wording import LONGEST
from portal.shops.rules.payment_words import words_problem
from portal.shops.rules.problems import Advice, Problem
from portal.values import colours, emails, phones, postcodes, registration, tax

PLATFORMS = ("own", "rakuten", "yahoo", "aupay", "qoo10", "shoplist", "other")
ACCESS_DAYS = (30, 60, 90, 180, 365, None)
MOST_ADDRESSES = 10
LONGEST_URL = 300
LONGEST_PHONE = 20
LONGEST_HOURS = 60
LONGEST_NAME = 100
LONGEST_ADDRESS = 200

Values = Mapping[str, Any]
Problems = dict[str, Problem]

FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.co.jp",
        "ymail.ne.jp",
        "outlook.jp",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.jp",
        "live.jp",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "ymobile.ne.jp",
    ]
)
"""Domains under which only the provider may send: most receivers refuse such mails of others (DMARC, SPF)."""


@dataclass(frozen=True)
class Facts:
    """Facts that rules need besides the settings."""

    today: date
    actor_has_app: bool = False
    """Whether the one who changes the settings has an authenticator app, which is needed to demand it from all."""


def problems(settings: Values, changes: Values, facts: Facts) -> Problems:
    """Return what speaks against `changes`, which are tidy: the field to be corrected → the problem.

    `settings` are all settings as they would be then. A setting that was wrong before does not block other changes.
    """
    found: Problems = {}
    for field in changes:
        problem = CHECKS[field](settings[field], facts) if field in CHECKS else None
        if problem:
            found[field] = problem
    for fields, field, problem, contradicts in CONTRADICTIONS:
        if field not in found and fields & changes.keys() and contradicts(settings, facts):
            found[field] = problem
    return found


def advice(settings: Values) -> dict[str, Advice]:
    """Return hints on settings that are allowed: staff should know them, but the decision is theirs."""
    found: dict[str, Advice] = {}
    number = settings["registration_number"]
    if number and registration.registration_number_warning(number):
        found["registration_number"] = Advice.CHECK_DIGIT
    if not settings["issuer_name"]:
        found["issuer_name"] = Advice.ISSUER_MISSING
    if settings["accent"] and not is_readable(settings["accent"]):
        found["accent"] = Advice.PALE
    if settings["mail_from"].rpartition("@")[2] in FREE_MAIL:
        found["mail_from"] = Advice.FREE_MAIL
    if settings["default_tax_rate"] is None:
        found["default_tax_rate"] = Advice.RATE_UNKNOWN
    return found


def is_readable(accent: str) -> bool:
    """Tell whether the color serves for text; a paler one serves for surfaces only."""
    return colours.accent_on_light(accent).text == accent


# --- one field -------------------------------------------------------------------------------------------------------
Check = Callable[[Any, Facts], Problem | None]


def _one_of(*values: object) -> Check:
    return lambda value, _facts: None if value in values else Problem.CHOICE


def _text(longest: int, *, needed: bool = False, printed: bool = False) -> Check:
    def check(value: str, _facts: Facts) -> Problem | None:
        if needed and not value:
            return Problem.EMPTY
        if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in value):
            return Problem.CONTROL
        if len(value) > longest:
            return Problem.TOO_LONG
        return Problem.UNPRINTABLE if printed and unprintable(value) else None

    return check


def _check_phone(value: str, _facts: Facts) -> Problem | None:
    if not value:
        return None
    return None if len(value) <= LONGEST_PHONE and phones.normalise(value) else Problem.PHONE


def _check_email(value: str, _facts: Facts) -> Problem | None:
    return None if not value or emails.is_address(value) else Problem.EMAIL


def _check_addresses(value: list[str], facts: Facts) -> Problem | None:
    if len(value) > MOST_ADDRESSES:
        return Problem.TOO_MANY
    return next((problem for address in value if (problem := _check_email(address, facts))), None)


def _check_postcode(value: str, _facts: Facts) -> Problem | None:
    return None if not value or postcodes.normalise(value) == value else Problem.POSTCODE


def _check_registration(value: str, _facts: Facts) -> Problem | None:
    wrong = value and registration.registration_number_warning(value) == registration.RegistrationWarning.SHAPE
    return Problem.REGISTRATION if wrong else None


def _check_url(value: str, _facts: Facts) -> Problem | None:
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


def _check_rate(value: int | None, facts: Facts) -> Problem | None:
    return None if value is None or tax.rate_known(value, facts.today) else Problem.RATE


def _check_languages(value: list[str], _facts: Facts) -> Problem | None:
    return None if "ja" in value else Problem.JAPANESE


def _check_step(value: Mapping[str, bool], _facts: Facts) -> Problem | None:
    return None if set(value) <= set(Action) else Problem.CHOICE


_either = _one_of(True, False)
CHECKS: Mapping[str, Check] = {
    "name": _text(LONGEST_NAME, needed=True),
    "platform": _one_of(*PLATFORMS),
    "login_element": _one_of("name", "phone"),
    "access_days": _one_of(*ACCESS_DAYS),
    "second_step": _check_step,
    **dict.fromkeys(
        ("derive_readings", "totp_demanded", "receipts_allowed", "marketplace_receipts", "delivery_notes_allowed"),
        _either,
    ),
    "bundling": _either,
    "receipt_policy": _one_of(*Policy),
    "default_proviso": _text(LONGEST, needed=True, printed=True),
    "rounding": _one_of(*tax.Rounding),
    "points_mode": _one_of(*tax.PointsMode),
    **dict.fromkeys(("default_tax_rate", "fee_tax_rate"), _check_rate),
    "payment_words": lambda value, _facts: words_problem(value),
    "issuer_name": _text(LONGEST_NAME, printed=True),
    "issuer_postcode": _check_postcode,
    "issuer_address": _text(LONGEST_ADDRESS, printed=True),
    **dict.fromkeys(("issuer_phone", "contact_phone"), _check_phone),
    **dict.fromkeys(("issuer_email", "contact_email", "mail_from"), _check_email),
    "registration_number": _check_registration,
    "accent": lambda value, _facts: None if colours.HEX.fullmatch(value) else Problem.COLOUR,
    "contact_hours": _text(LONGEST_HOURS),
    **dict.fromkeys(("contact_url", "site_url"), _check_url),
    "notice_addresses": _check_addresses,
    "languages": _check_languages,
}


# --- what does not go together ---------------------------------------------------------------------------------------
def _rakuten_by_phone(settings: Values, _facts: Facts) -> bool:
    return (settings["platform"], settings["login_element"]) == ("rakuten", "phone")


def _nobody_to_ask(settings: Values, _facts: Facts) -> bool:
    return not any(settings[way] for way in ("contact_phone", "contact_email", "contact_url"))


def _locks_oneself_out(settings: Values, facts: Facts) -> bool:
    return bool(settings["totp_demanded"]) and not facts.actor_has_app


CONTRADICTIONS: tuple[tuple[frozenset[str], str, Problem, Callable[[Values, Facts], bool]], ...] = (
    # Rakuten hides real phone numbers from shops, so the phone proves nothing there.
    (frozenset({"platform", "login_element"}), "login_element", Problem.RAKUTEN_BY_PHONE, _rakuten_by_phone),
    (frozenset({"totp_demanded"}), "totp_demanded", Problem.OWN_APP_FIRST, _locks_oneself_out),
    # Every page that cannot help says "please ask the shop".
    (
        frozenset({"contact_phone", "contact_email", "contact_url"}),
        "contact_phone",
        Problem.NOBODY_TO_ASK,
        _nobody_to_ask,
    ),
)
"""(fields of which one was changed, field beside which the problem is shown, problem, function that detects it)."""
SETTINGS = frozenset(CHECKS) | {"logo_key", "seal_key"}
"""Columns that staff may set."""
