"""Signed ids for links: orders and changes in mails, receipt files, staff looking at a buyer's page."""

import binascii
import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from itsdangerous import BadSignature, Signer

SIGNED = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
"""Shape of a signed text: its payload, a dot, and a signature of 43 characters."""
ID_BYTES = 16
EXPIRY_BYTES = 8
ORDER, CHANGE, WITHDRAWAL = b"order-link:", b"not-my-change:", b"withdrawal:"


class LinkRing:
    """Keys for links: the newest signs, and what any of them has signed can be read. `keys`: newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        # itsdangerous wants the newest last.
        self._keys = [key.encode() for key in reversed(keys)]

    def sign_order(self, shop_id: UUID, order_id: UUID) -> str:
        """Return 65 characters of A–Z a–z 0–9 - _ and one dot, the same for one order until the newest key changes."""
        return self._sign(shop_id, ORDER, order_id)

    def read_order(self, shop_id: UUID, text: str) -> UUID | None:
        """Return the order's id, or None unless this ring signed exactly this text for this shop."""
        return self._read(shop_id, ORDER, text)

    def sign_change(self, shop_id: UUID, change_id: UUID) -> str:
        """Sign the link in a mail about a subscription change, for a reader who did not make it."""
        return self._sign(shop_id, CHANGE, change_id)

    def read_change(self, shop_id: UUID, text: str) -> UUID | None:
        """Return the change's id, or None as `read_order` does."""
        return self._read(shop_id, CHANGE, text)

    def sign_withdrawal(self, shop_id: UUID, change_id: UUID) -> str:
        """Sign the link in the mail about a request to cancel, for its reader to take the request back."""
        return self._sign(shop_id, WITHDRAWAL, change_id)

    def read_withdrawal(self, shop_id: UUID, text: str) -> UUID | None:
        """Return the id of the request's receipt, or None as `read_order` does."""
        return self._read(shop_id, WITHDRAWAL, text)

    def sign_file(self, shop_id: UUID, receipt_id: UUID, until: datetime) -> str:
        """Sign a link to one receipt's PDF that a viewer or another browser can open without a session."""
        return self._sign_until(shop_id, b"receipt-file:", receipt_id, until)

    def read_file(self, shop_id: UUID, text: str, now: datetime) -> UUID | None:
        """Return the receipt's id, or None if not signed by this ring for this shop, or expired."""
        return self._read_until(shop_id, b"receipt-file:", text, now)

    def sign_staff_visit(self, shop_id: UUID, session_id: UUID, until: datetime) -> str:
        """Sign the session in which staff look at a buyer's page, to carry it from the staff's site to the shop's."""
        return self._sign_until(shop_id, b"staff-visit:", session_id, until)

    def read_staff_visit(self, shop_id: UUID, text: str, now: datetime) -> UUID | None:
        """Return the session's id, or None if not signed by this ring for this shop, or expired."""
        return self._read_until(shop_id, b"staff-visit:", text, now)

    def _sign(self, shop_id: UUID, purpose: bytes, named: UUID) -> str:
        return self._signer(shop_id, purpose).sign(_text(named.bytes)).decode("ascii")

    def _read(self, shop_id: UUID, purpose: bytes, text: str) -> UUID | None:
        try:
            payload = self._signer(shop_id, purpose).unsign(text.encode("ascii"))
            _canonical(text.rpartition(".")[2])
            return UUID(bytes=_canonical(payload.decode("ascii")))
        except (BadSignature, ValueError):
            return None

    def _sign_until(self, shop_id: UUID, purpose: bytes, named: UUID, until: datetime) -> str:
        expiry = int(until.timestamp()).to_bytes(EXPIRY_BYTES, "big")
        return self._signer(shop_id, purpose).sign(_text(named.bytes + expiry)).decode("ascii")

    def _read_until(self, shop_id: UUID, purpose: bytes, text: str, now: datetime) -> UUID | None:
        try:
            payload = _canonical(self._signer(shop_id, purpose).unsign(text.encode("ascii")).decode("ascii"))
        except (BadSignature, ValueError):
            return None
        expiry = int.from_bytes(payload[ID_BYTES:], "big")
        return UUID(bytes=payload[:ID_BYTES]) if now.timestamp() < expiry else None

    def _signer(self, shop_id: UUID, purpose: bytes) -> Signer:
        salt = purpose + shop_id.bytes
        return Signer(self._keys, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


def without_appendix(text: str) -> str:
    """Cut off what cannot be part of a signed text: mail programs take the marks and words behind a link into it.

    A text that does not begin with a signed one comes back as it is.
    """
    found = SIGNED.match(text)
    return found[0] if found else text


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _canonical(text: str) -> bytes:
    """Decode base64. Raise ValueError if unused last bits are set: several texts would decode to the same bytes."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if _text(data) != text:
        raise ValueError("not the canonical form")
    return data
