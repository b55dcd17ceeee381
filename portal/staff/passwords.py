"""Passwords, hashed with argon2id. That takes tens of milliseconds: call it with no transaction open."""

import secrets
import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True)
class Proof:
    """Result of checking a typed password."""

    is_right: bool
    renewed: str = ""
    """New hash of the same password, if the stored one was made with other parameters than today's."""


class Passwords:
    """Hasher with OWASP's first recommendation for argon2id (19 MiB, two passes, one lane)."""

    def __init__(self, memory_kib: int = 19 * 1024, passes: int = 2, lanes: int = 1) -> None:
        self.memory_kib = memory_kib
        self.passes = passes
        self.lanes = lanes

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # noqa: PLC0415 - few processes ever need it

        return PasswordHasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=self.lanes)

    @cached_property
    def _nobodys(self) -> str:
        """Return a hash that takes the same work as a real one and that no password matches."""
        salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
        return f"$argon2id$v=19$m={self.memory_kib},t={self.passes},p={self.lanes}${salt}${digest}"

    def hash(self, password: str) -> str:
        return self._hasher.hash(plain(password))

    def check(self, stored: str, typed: str) -> Proof:
        """Check a typed password against a hash.

        `stored` is empty if there is no such person or no password yet: the same work is done, and nothing matches.
        """
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

        try:
            self._hasher.verify(stored or self._nobodys, plain(typed))
        except (VerificationError, InvalidHashError):
            return Proof(is_right=False)
        if not stored:
            return Proof(is_right=False)
        is_outdated = self._hasher.check_needs_rehash(stored)
        return Proof(is_right=True, renewed=self.hash(typed) if is_outdated else "")


def plain(password: str) -> str:
    """Unify the characters (NFKC), whatever keyboard typed them: Ａ is A, が is one letter."""
    return unicodedata.normalize("NFKC", password)
