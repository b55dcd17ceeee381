"""Keyed digests of what buyers type, so that tables reveal no order code or login code."""

import hmac
from hashlib import sha256
from uuid import UUID


def token_digest(token: str) -> str:
    """Return the digest of a session's token, without a key: a token is long and random."""
    return sha256(token.encode()).hexdigest()


def order_code_digest(secret: str, shop_id: UUID, code_key: str) -> str:
    return _keyed(secret, b"order-code", shop_id, code_key)


def login_code_digest(secret: str, session_id: UUID, digits: str) -> str:
    """Return the digest of a login code in one session; the same six digits are not valid in another one."""
    return _keyed(secret, b"login-code", session_id, digits)


def proved_token(secret: str, session_id: UUID, login_code_id: UUID) -> str:
    """Return the token that a session goes on with after this login code.

    It is always the same, so that both answers to a form sent twice set the same cookie.
    """
    return _keyed(secret, b"proved-token", session_id, login_code_id.hex)


def email_digest(secret: str, shop_id: UUID, email_key: str) -> str:
    return _keyed(secret, b"email", shop_id, email_key)


def same(one: str, other: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _keyed(secret: str, purpose: bytes, scope: UUID, text: str) -> str:
    return hmac.new(secret.encode(), purpose + b"\0" + scope.bytes + text.encode(), sha256).hexdigest()
