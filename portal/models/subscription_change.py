"""Changes to subscriptions that buyers confirmed, and items that a shop offers for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop, Versioned


class SubscriptionChange(OfShop, Base):
    """Receipt of one confirmed change. It proves what was asked for and when, so it is never edited."""

    __tablename__ = "subscription_change"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index("ix_subscription_change_subscription_id", "subscription_id", "at"),
        CheckConstraint("outcome IN ('done', 'requested')", name="outcome"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    number: Mapped[str] = mapped_column(String(20))
    """受付番号, shown to the buyer and read out on the phone."""
    kind: Mapped[str] = mapped_column(String(12))
    """Value of `subscriptions.rules.allowances.Change`."""
    outcome: Mapped[str] = mapped_column(String(9))
    """done, or requested: recorded with its time for staff to answer, as `request_id`."""
    facts: Mapped[dict[str, Any]]
    """Column of the subscription → [before, after] in JSON types (dates as YYYY-MM-DD). A cancellation, or a request
    for one, also has what `subscriptions.cancellation.cancelling` froze."""
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("buyer_request.id"))
    language: Mapped[str] = mapped_column(String(10), default="ja")
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class OfferedItem(Versioned, OfShop, Base):
    """Item that buyers may add to their subscription or swap for another. The subscription takes a copy."""

    __tablename__ = "offered_item"
    __table_args__ = (UniqueConstraint("shop_id", "product_code"),)

    product_code: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300))
    price: Mapped[int]
    """Yen per piece, tax included, in every order; a first price exists only at the start of a subscription."""
    tax_rate: Mapped[int | None]
    position: Mapped[int]
