"""メール文面: what a shop writes instead of our own words."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class MailText(OfShop, Base):
    __tablename__ = "mail_text"
    __table_args__ = (UniqueConstraint("shop_id", "message", "language"),)

    message: Mapped[str] = mapped_column(String(40))
    """Folder under templates/mail whose words it stands for."""
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    """Plain text with placeholders; the HTML form is made from it."""
    updated_at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    """Since then it could not be filled for a mail, and ours went out instead; None since it was last saved."""
    failure: Mapped[str] = mapped_column(String(100), default="")
    """What could not be filled: a placeholder's name, or the kind of the error."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declared way
