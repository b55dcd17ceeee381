"""The settings that a shop may have, taken together: values in, problems out. A field is a column of `Shop`."""

from portal.shops.rules.checks import Facts
from portal.shops.rules.declarations import DECLARED
from portal.shops.rules.problems import Advice, Problem
from portal.values import colours, registration
from portal.values.settings import Contradiction, Rules, Values

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


# --- what does not go together ---------------------------------------------------------------------------------------
def _rakuten_by_phone(settings: Values, _facts: Facts) -> bool:
    return (settings["platform"], settings["login_element"]) == ("rakuten", "phone")


def _nobody_to_ask(settings: Values, _facts: Facts) -> bool:
    return not any(settings[way] for way in ("contact_phone", "contact_email", "contact_url"))


def _locks_oneself_out(settings: Values, facts: Facts) -> bool:
    return bool(settings["totp_demanded"]) and not facts.actor_has_app


def _doubles_receipts(settings: Values, facts: Facts) -> bool:
    return bool(settings["marketplace_receipts"]) and not facts.double_confirmed


RULES = Rules(
    DECLARED,
    (
        # Rakuten hides real phone numbers from shops, so the phone proves nothing there.
        Contradiction(
            frozenset({"platform", "login_element"}), "login_element", Problem.RAKUTEN_BY_PHONE, _rakuten_by_phone
        ),
        Contradiction(frozenset({"totp_demanded"}), "totp_demanded", Problem.OWN_APP_FIRST, _locks_oneself_out),
        Contradiction(
            frozenset({"marketplace_receipts"}), "marketplace_receipts", Problem.DOUBLE_RECEIPTS, _doubles_receipts
        ),
        # Every page that cannot help says "please ask the shop".
        Contradiction(
            frozenset({"contact_phone", "contact_email", "contact_url"}),
            "contact_phone",
            Problem.NOBODY_TO_ASK,
            _nobody_to_ask,
        ),
    ),
)
SETTINGS = frozenset(DECLARED) | {"logo_key", "seal_key"}
"""Columns that staff may set."""
