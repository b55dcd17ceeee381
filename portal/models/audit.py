"""Audit log: who did what. Append-only; values have their own table so that personal data can be erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class AuditEntry(OfShop, Base):
    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "shop_id", "subject_type", "subject_id", "at"),
        Index("ix_audit_entry_at", "shop_id", "at"),
        Index("ix_audit_entry_actor", "shop_id", "actor", "at"),
        Index("ix_audit_entry_action", "shop_id", "action", "at"),
    )

    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    """Who did it: buyer:<session id>, staff:<id>, job:<name> or cli."""
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    fields: Mapped[list[str]] = mapped_column(default=list)


class AuditValue(OfShop, Base):
    __tablename__ = "audit_value"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entry.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
