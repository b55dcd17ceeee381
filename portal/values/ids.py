"""Parsing of primary keys from URLs and forms."""

from uuid import UUID


def uuid_or_none(value: str | UUID | None) -> UUID | None:
    """Return the UUID, or the one that the text holds, or None if it holds none.

    A form's field is given a UUID by the row that it shows, and a text by the browser.
    """
    try:
        return value if isinstance(value, UUID) else UUID(value or "")
    except ValueError:
        return None
