"""メール文面: a shop's own texts in place of the built-in ones."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop, Versioned


class MailText(Versioned, OfShop, Base):
    __tablename__ = "mail_text"
    __table_args__ = (UniqueConstraint("shop_id", "message", "language"),)

    message: Mapped[str] = mapped_column(String(40))
    """Name of the folder under templates/mail whose text it replaces."""
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    """Plain text with placeholders; the HTML form is made from it."""
    updated_at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    """Time when it could not be filled and the built-in text was sent instead; None again once it is saved."""
    failure: Mapped[str] = mapped_column(String(100), default="")
    """Name of the placeholder that could not be filled, or the kind of error."""
