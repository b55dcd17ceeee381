"""Phone numbers as people and spreadsheets write them, compared by their digits."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

FEWEST_DIGITS = 9
MOST_DIGITS = 20
"""E.164 has 15; the rest is room for a prefix that is dialled abroad."""
_JAPAN = 81
_EXTENSION = re.compile(r"(内線|ext|#).*", re.IGNORECASE | re.DOTALL)


def matches(typed: str, stored: str | None) -> bool:
    """Whether both are the same number. Never raises; an order without a number matches nothing."""
    stored_key = normalise(stored or "")
    typed_key = normalise(typed)
    return stored_key != "" and typed_key == stored_key


def normalise(text: str) -> str:
    """Key for comparing and indexing: '09012345678', abroad '+821012345678'; empty if there is no number in it.

    Fewer than nine digits, or one digit over and over as carts write it for "none", is no number.
    """
    number = _parse(text)
    if number is None:
        return ""
    significant = phonenumbers.national_significant_number(number)
    if number.country_code == _JAPAN:
        return f"0{significant}"
    return f"+{number.country_code}{significant}"


def display(text: str) -> str:
    """090-1234-5678, abroad +82 10-1234-5678; what is no number is shown as it came."""
    number = _parse(text)
    if number is None:
        return text.strip()
    if number.country_code != _JAPAN:
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    # A number outside Japan's plan comes back without its zero and hyphens.
    return written if written.startswith("0") else f"0{written}"


def _parse(text: str) -> PhoneNumber | None:
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text))
    digits = "".join(str(unicodedata.decimal(char)) for char in plain if char.isdecimal())
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    abroad = re.match(r"[^0-9]*\+", plain) is not None
    if not abroad and not digits.startswith(("0", str(_JAPAN))):
        # A spreadsheet took the leading zero away.
        digits = f"0{digits}"
    try:
        number = phonenumbers.parse(f"+{digits}" if abroad else digits, "JP")
    except phonenumbers.NumberParseException:
        return None
    significant = phonenumbers.national_significant_number(number)
    return number if len(significant) >= FEWEST_DIGITS - 1 and len(set(significant)) > 1 else None
