"""Keys that keep a mail to one of several addresses from being written twice."""

from hashlib import sha256
from uuid import UUID


def once_key(message: str, about: UUID, recipient: str) -> str:
    """Return a key of at most 110 characters, however long the address is: the column holds 120.

    `about`: id of the row that the mail is about.
    """
    return f"{message}:{about.hex}:{sha256(recipient.encode()).hexdigest()[:16]}"
