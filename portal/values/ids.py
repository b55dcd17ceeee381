"""Parsing of primary keys from URLs and forms."""

from uuid import UUID


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the UUID that the text holds, or None if it holds none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
