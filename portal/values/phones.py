"""Phone numbers as people and spreadsheets write them, compared by their digits."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

FEWEST_DIGITS = 9
MOST_DIGITS = 20
"""Most digits of a number: 15 in E.164, and room for an international dialing prefix."""
_BETWEEN = re.compile(r"[/,、;\s]+|または|又は")
_JAPAN = 81
_EXTENSION = re.compile(r"(内線|ext|#).*", re.IGNORECASE | re.DOTALL)


def matches(typed: str, stored: str | None) -> bool:
    """Tell whether both are the same number, or the stored text holds several and this is one of them.

    An order without a number matches nothing. Never raises.
    """
    typed_key = normalise(typed)
    return typed_key != "" and typed_key in [normalise(number) for number in _numbers(stored or "")]


def normalise(text: str) -> str:
    """Return a key to compare and index by: '09012345678', abroad '+821012345678'; "" if the text is no number.

    Of several numbers in one text it is the first. Fewer than nine digits are no number, nor is one digit repeated, as carts write it for "none".
    """
    number = _parse(_numbers(text)[0])
    if number is None:
        return ""
    significant = phonenumbers.national_significant_number(number)
    if number.country_code == _JAPAN:
        return f"0{significant}"
    return f"+{number.country_code}{significant}"


def display(text: str) -> str:
    """Return 090-1234-5678, abroad +82 10-1234-5678, or the stripped text if it is no number."""
    number = _parse(text) if len(_numbers(text)) == 1 else None
    if number is None:
        return text.strip()
    if number.country_code != _JAPAN:
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    # phonenumbers returns a number outside Japan's plan without its zero and hyphens.
    return written if written.startswith("0") else f"0{written}"


def _numbers(text: str) -> list[str]:
    """Return the numbers of a cell that holds several, each whole; else the text as it is."""
    if len(text) <= MOST_DIGITS:
        return [text]
    parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if part]
    counts = [sum(map(str.isdecimal, part)) for part in parts]
    return parts if len(parts) > 1 and all(10 <= count <= 11 for count in counts) else [text]


def _parse(text: str) -> PhoneNumber | None:
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text))
    digits = "".join(str(unicodedata.decimal(char)) for char in plain if char.isdecimal())
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    abroad = re.match(r"[^0-9]*\+", plain) is not None
    if not abroad and not digits.startswith(("0", str(_JAPAN))):
        # A spreadsheet removed the leading zero.
        digits = f"0{digits}"
    try:
        number = phonenumbers.parse(f"+{digits}" if abroad else digits, "JP")
    except phonenumbers.NumberParseException:
        return None
    significant = phonenumbers.national_significant_number(number)
    return number if len(significant) >= FEWEST_DIGITS - 1 and len(set(significant)) > 1 else None
