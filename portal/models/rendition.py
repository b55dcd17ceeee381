"""A PDF to be made or made from a frozen document; its bytes lie in the document store."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class Rendition(OfShop, Base):
    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("shop_id", "kind", "digest"),
        Index(
            "ix_rendition_unstored",
            "requested_at",
            sqlite_where=text("stored_at IS NULL"),
            postgresql_where=text("stored_at IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """receipt, statement or delivery_note."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON of `document`: the same content is rendered once."""
    document: Mapped[dict[str, Any]]
    requested_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the stored bytes; set once by compare-and-set, then it never changes."""
    size: Mapped[int | None]
    stored_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(300), default="")
