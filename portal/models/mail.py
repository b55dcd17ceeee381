"""Outbox: a mail is a row written in the transaction of the change that it reports; the worker sends it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop

HAS_BODY = text("body_text <> ''")
"""Condition of mails not blanked yet; as text, because a partial index is used only for the same wording."""


class OutboxMail(OfShop, Base):
    __tablename__ = "outbox_mail"
    __table_args__ = (
        UniqueConstraint("shop_id", "once_key"),
        Index("ix_outbox_mail_due", "state", "rank", "next_try_at"),
        Index("ix_outbox_mail_order_id", "order_id"),
        Index("ix_outbox_mail_listed", "shop_id", "created_at", "id"),
        Index(
            "ix_outbox_mail_unsettled",
            "shop_id",
            "state",
            "created_at",
            sqlite_where=text("state <> 'sent'"),
            postgresql_where=text("state <> 'sent'"),
        ),
        Index("ix_outbox_mail_recipient", "shop_id", "recipient", postgresql_ops={"recipient": "varchar_pattern_ops"}),
        Index("ix_outbox_mail_body", "message", "created_at", sqlite_where=HAS_BODY, postgresql_where=HAS_BODY),
    )

    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("order.id"))
    message: Mapped[str] = mapped_column(String(40))
    """Name of the folder under templates/mail."""
    once_key: Mapped[str | None] = mapped_column(String(120))
    """Key (shipped:<shipment id>) of which only one mail is written; None if the mail may repeat."""
    message_id: Mapped[str] = mapped_column(String(300))
    """Stable Message-ID with the sender's domain, so that a mail sent twice after a crash is recognized as one."""
    sender: Mapped[str] = mapped_column(String(400))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    attachment_id: Mapped[UUID | None] = mapped_column(ForeignKey("rendition.id"))
    """Stored PDF to attach."""
    rank: Mapped[int] = mapped_column(SmallInteger, default=1)
    """Order of sending; 0 goes first, for a mail that somebody waits for with the page open."""
    state: Mapped[str] = mapped_column(String(10), default="queued")
    """queued → sending → sent | queued again (refused for now) | failed | unknown (died before SMTP answered)."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """Time when staff settled a failed mail (by phone, say); it needs no more attention."""
