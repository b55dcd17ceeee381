"""Authenticator app (RFC 6238): its secret, which is stored encrypted, and its 30-second codes. No database."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from portal.access.rules.digests import same

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

STEP_SECONDS = 30
DRIFT = 1
"""Number of steps that the phone's clock may be off, either way."""
ISSUER = "MyPage"


class Seal:
    """Key ring for secrets: encrypts with the newest key, decrypts with any. `keys`: newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    @cached_property
    def _box(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - 15 ms that few processes need

        return MultiFernet([Fernet(_fernet_key(key)) for key in self._keys])

    def renewed(self, sealed: str) -> str:
        """Encrypt again with the newest key, so that older ones can leave the ring once everybody has signed in."""
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - as above

        try:
            Fernet(_fernet_key(self._keys[0])).decrypt(sealed)
        except InvalidToken:
            return self._box.rotate(sealed).decode("ascii")
        return sealed

    def close(self, text: str) -> str:
        return self._box.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str | None:
        """Return the text, or None if there is none or its key has left the ring."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        try:
            return self._box.decrypt(sealed).decode() if sealed else None
        except InvalidToken:
            return None


def new_secret() -> str:
    """Return a random secret of 160 bits as 32 letters, which can also be typed into the app."""
    import pyotp  # noqa: PLC0415 - few processes need it

    return pyotp.random_base32()


def app_address(secret: str, email: str) -> str:
    """Return the otpauth URI for the QR code."""
    import pyotp  # noqa: PLC0415 - as above

    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(address: str) -> str:
    """Return the QR code as a data URI, which the pages' content policy allows in an image."""
    import segno  # noqa: PLC0415 - as above

    return segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff")


def matching_step(secret: str, digits: str, now: datetime) -> int | None:
    """Return the step whose code this is, in 30-second steps since 1970, or None."""
    import pyotp  # noqa: PLC0415 - as above

    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    # All are compared, so that the time does not tell which one matched.
    fitting = [step for step in range(current - DRIFT, current + DRIFT + 1) if same(app.generate_otp(step), digits)]
    return fitting[-1] if fitting else None


def _fernet_key(key: str) -> bytes:
    return urlsafe_b64encode(hmac.new(key.encode(), b"staff-totp", hashlib.sha256).digest())
