"""Masks of personal data on pages and PDFs before the second step: enough to recognize, too little to use."""

import re
import unicodedata

from portal.values import emails, phones, postcodes

DOT = "•"
REST = "…"

PREFECTURE = re.compile(r"東京都|北海道|大阪府|京都府|(?:神奈川|和歌山|鹿児島|[^\s\d]{2})県")
# Municipalities whose names hold 市, 町, 村, 区 or 郡 before their last character.
_CITIES = (
    "四日市市|廿日市市|野々市市|市川市|市原市|町田市|十日町市|大町市|村山市|東村山市|武蔵村山市|羽村市|田村市|大村市"
    "|村上市|郡山市|大和郡山市|郡上市|蒲郡市|小郡市"
)
_TOWNS = "玉村町|大町町|上市町|市川町|市川三郷町|村田町"
CITY = re.compile(
    rf"(?:{_CITIES})"
    rf"|(?:余市|高市|[^市区郡\d]{{1,6}})郡(?:{_TOWNS}|[^町村\d]{{1,6}}[町村])"
    r"|[^市区郡\d]{1,6}市"
    r"|[^市区\d]{1,4}区"
    rf"|{_TOWNS}|[^町村\d]{{1,6}}[町村]"
)


def mask_phone(text: str) -> str:
    """Return 090-••••-5678, the last two digits of a number without a middle, or "" if it is no number."""
    groups = phones.display(text).split("-")
    if not phones.normalise(text):
        return ""
    if len(groups) > 2:
        return "-".join([groups[0], *(DOT * len(group) for group in groups[1:-1]), groups[-1]])
    whole = "".join(groups)
    return DOT * (len(whole) - 2) + whole[-2:]


def mask_email(text: str) -> str:
    """Return h•••••@example.jp, always with five dots to hide the length, or "" if it is no address."""
    if not emails.is_address(text):
        return ""
    local, _, domain = text.strip().rpartition("@")
    first = local[0] if len(local) > 1 else ""
    return f"{first}{DOT * 5}@{domain}"


def mask_postcode(text: str) -> str:
    """Return 530-••••, or "" if it is no Japanese postcode."""
    known = postcodes.normalise(text)
    return f"{known[:3]}-{DOT * 4}" if known else ""


def mask_address(*parts: str) -> str:
    """Return 大阪府大阪市…, from one free text or from prefecture, city and the rest in this order.

    What is not recognized is not shown: an address abroad is '…' alone. Return "" if all parts are empty.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFC", "".join(parts)))
    if not plain:
        return ""
    prefecture = PREFECTURE.match(plain)
    start = prefecture.end() if prefecture else 0
    city = CITY.match(plain, start)
    return plain[: city.end() if city else start] + REST
