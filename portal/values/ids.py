"""Keys as addresses and forms carry them."""

from uuid import UUID


def uuid_or_none(text: str | None) -> UUID | None:
    """None for what is no key of ours."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
