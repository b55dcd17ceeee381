"""適格請求書発行事業者の登録番号: T and 13 digits."""

import re
import unicodedata
from enum import StrEnum


class RegistrationWarning(StrEnum):
    """Warning about a registration number, shown to staff; the number is accepted all the same."""

    SHAPE = "shape"
    CHECK_DIGIT = "check_digit"
    """Not a corporation's number. A sole proprietor's has no such check digit, so it may be right."""


def normalise(text: str) -> str:
    """Remove spaces and hyphens and make it half-width: 'Ｔ ７０００…' → 'T7000…'. Keep anything else, to warn about it."""
    return re.sub(r"[\s‐-―−ー-]", "", unicodedata.normalize("NFKC", text)).upper()


def registration_number_warning(text: str) -> RegistrationWarning | None:
    number = normalise(text)
    if not re.fullmatch(r"T[0-9]{13}", number):
        return RegistrationWarning.SHAPE
    check, *body = (int(digit) for digit in number[1:])
    # 法人番号 (平成26年財務省令第70号): counted from the right, odd places × 1, even places × 2.
    weighted = sum(digit * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body), 1))
    return None if check == 9 - weighted % 9 else RegistrationWarning.CHECK_DIGIT
