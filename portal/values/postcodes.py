"""郵便番号, always stored as 530-0001."""

import re
import unicodedata

_HYPHENS = "-‐‑‒–—―−ー"
_SHORTEST = 5
"""Fewest digits: 001-xxxx (Sapporo) after a spreadsheet removed both zeros."""


def normalise(text: str) -> str | None:
    """Return '530-0001' for '〒５３０－０００１' or '5300001', or None if it is no Japanese postcode.

    Leading zeros lost in a spreadsheet are restored ('600001' → '060-0001'), but only if no hyphen was written.
    """
    plain = re.sub(r"[\s〒]", "", unicodedata.normalize("NFKC", text))
    parted = re.fullmatch(rf"([0-9]{{3}})[{_HYPHENS}]([0-9]{{4}})", plain)
    if parted:
        return f"{parted[1]}-{parted[2]}"
    if not re.fullmatch(rf"[0-9]{{{_SHORTEST},7}}", plain):
        return None
    digits = plain.zfill(7)
    return f"{digits[:3]}-{digits[3:]}"
