"""入金・返金: what was paid for an order and what was given back, one row each. Never edited or deleted, only withdrawn."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class MoneyMovement(OfShop, Base):
    __tablename__ = "money_movement"
    __table_args__ = (
        UniqueConstraint("shop_id", "entry_key"),
        Index("ix_money_movement_order_id", "order_id"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    kind: Mapped[str] = mapped_column(String(7))
    """payments.rules.balance.Kind."""
    moved_on: Mapped[date]
    """Day on which the money moved; of a file's refund, the day of the import."""
    amount: Mapped[int]
    """Positive yen, tax included."""
    rates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Rate in percent → yen of a refund; empty if it is not known what it was for."""
    means: Mapped[str] = mapped_column(String(100), default="")
    """Way of the money: 銀行振込, 現金 …"""
    goods: Mapped[str] = mapped_column(String(200), default="")
    """Goods that a refund was for, as they stand on the return invoice."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(5))
    """staff or file."""
    entry_key: Mapped[str] = mapped_column(String(40))
    """Key of the form, so that a form sent twice enters once."""
    actor: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    """When it was found to be a mistake; it does not count any more."""
    withdrawn_by: Mapped[str] = mapped_column(String(80), default="")
