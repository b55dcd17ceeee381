"""What buyers did to their subscriptions: each change that they confirmed, under the number on its receipt."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class SubscriptionChange(OfShop, Base):
    """The receipt of one change. It proves what was asked and when, so it is never edited."""

    __tablename__ = "subscription_change"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index("ix_subscription_change_subscription_id", "subscription_id", "at"),
        CheckConstraint("outcome IN ('done', 'requested')", name="outcome"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    number: Mapped[str] = mapped_column(String(20))
    """受付番号: shown to the buyer, read out on the phone."""
    kind: Mapped[str] = mapped_column(String(12))
    """Key of `subscriptions.allowances.Change`."""
    outcome: Mapped[str] = mapped_column(String(9))
    """done; requested: written down with its time for staff to answer, in `request_id`."""
    facts: Mapped[dict[str, Any]]
    """Column of the subscription → [before, after], JSON's own types (dates as YYYY-MM-DD); of a cancellation, and of
    a request for one, besides what `subscriptions.cancelling` froze."""
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("buyer_request.id"))
    language: Mapped[str] = mapped_column(String(10), default="ja")
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class OfferedItem(OfShop, Base):
    """What buyers may add to their subscription or swap an item for. The subscription takes a copy."""

    __tablename__ = "offered_item"
    __table_args__ = (UniqueConstraint("shop_id", "product_code"),)

    product_code: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300))
    price: Mapped[int]
    """Yen a piece, tax included, in every order; a first price is for a subscription's beginning only."""
    tax_rate: Mapped[int | None]
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declared way
