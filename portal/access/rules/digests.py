"""Keyed digests of what buyers type, so that the tables tell nobody an order code or a login code."""

import hmac
from hashlib import sha256
from uuid import UUID


def token_digest(token: str) -> str:
    """Of a session's token, which is random and long: no key needed."""
    return sha256(token.encode()).hexdigest()


def order_code_digest(secret: str, shop_id: UUID, code_key: str) -> str:
    return _keyed(secret, b"order-code", shop_id, code_key)


def login_code_digest(secret: str, session_id: UUID, digits: str) -> str:
    """Bound to the session: the same six digits are worth nothing in another one."""
    return _keyed(secret, b"login-code", session_id, digits)


def proved_token(secret: str, session_id: UUID, login_code_id: UUID) -> str:
    """The token that a session goes on with after this login code. Always the same, so that both answers to a form sent
    twice leave the same cookie."""
    return _keyed(secret, b"proved-token", session_id, login_code_id.hex)


def email_digest(secret: str, shop_id: UUID, email_key: str) -> str:
    return _keyed(secret, b"email", shop_id, email_key)


def same(one: str, other: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _keyed(secret: str, purpose: bytes, scope: UUID, text: str) -> str:
    return hmac.new(secret.encode(), purpose + b"\0" + scope.bytes + text.encode(), sha256).hexdigest()
