"""Renditions: PDFs made, or to be made, from a frozen document. Their bytes lie in the document store."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class Rendition(OfShop, Base):
    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("shop_id", "kind", "digest"),
        Index(
            "ix_rendition_unstored",
            "next_try_at",
            sqlite_where=text("stored_at IS NULL"),
            postgresql_where=text("stored_at IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """receipt, printed_receipt, return_invoice, statement, delivery_note, yearly or cancellation."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON of `document`, so that the same content is rendered once."""
    document: Mapped[dict[str, Any]]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("order.id"), index=True)
    """Order whose personal data the document holds, for erasing on request."""
    requested_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    """Time before which no worker takes the row. A worker that begins moves it on."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the stored bytes, set once by compare-and-set and never changed."""
    size: Mapped[int | None]
    stored_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(100), default="")
    """Kind of the last error, without its message, which may hold personal data."""
