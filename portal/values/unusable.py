"""What keeps a buyer out of the order's page: a damaged name, an e-mail address or a phone number that is none."""

import re
from collections.abc import Mapping
from typing import Any

from portal.values import emails, phones

COLUMNS = ("buyer_name", "buyer_kana", "email", "phone")
NAME, EMAIL, PHONE = "name", "email", "phone"
_LOST = re.compile(r"[〓\ufffd?？]|&#|&[A-Za-z][A-Za-z0-9]{1,30};")
"""Letters that a program put in the place of one it did not know, and references that name no letter."""
_NONE = re.compile(r"\W*|なし|無し|無|ナシ|none|null|0+", re.IGNORECASE)
"""Cells that say that there is none."""


def of_order(values: Mapping[str, Any]) -> str:
    """Return which of name, email and phone cannot be used, separated by commas; empty if all can, or are blank."""
    name, kana = str(values.get("buyer_name") or ""), str(values.get("buyer_kana") or "")
    email, phone = str(values.get("email") or ""), str(values.get("phone") or "")
    found = {
        NAME: is_damaged(name) or is_damaged(kana),
        EMAIL: not _NONE.fullmatch(email) and not emails.is_address(email),
        PHONE: not _NONE.fullmatch(phone) and not phones.normalise(phone),
    }
    return ",".join(field for field, is_unusable in found.items() if is_unusable)


def is_damaged(name: str) -> bool:
    return _LOST.search(name) is not None
