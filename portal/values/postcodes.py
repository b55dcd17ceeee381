"""郵便番号, always kept as 530-0001."""

import re
import unicodedata

_HYPHENS = "-‐‑‒–—―−ー"
_SHORTEST = 5
"""001-xxxx (Sapporo) after a spreadsheet took both zeros away."""


def normalise(text: str) -> str | None:
    """'〒５３０－０００１', '5300001' → '530-0001'; None if it is no Japanese postcode.

    Leading zeros lost in a spreadsheet come back ('600001' → '060-0001'), but only where no hyphen was written.
    """
    plain = re.sub(r"[\s〒]", "", unicodedata.normalize("NFKC", text))
    parted = re.fullmatch(rf"([0-9]{{3}})[{_HYPHENS}]([0-9]{{4}})", plain)
    if parted:
        return f"{parted[1]}-{parted[2]}"
    if not re.fullmatch(rf"[0-9]{{{_SHORTEST},7}}", plain):
        return None
    digits = plain.zfill(7)
    return f"{digits[:3]}-{digits[3:]}"
