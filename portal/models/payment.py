"""Requests to a payment company for an order, stored before they are sent, so that a crash charges nobody twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop

OPEN = text("state = 'asked'")


class PaymentAttempt(OfShop, Base):
    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        Index("ix_payment_attempt_order_id", "order_id", "asked_at"),
        Index("ix_payment_attempt_open", "next_try_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("card.id"))
    kind: Mapped[str] = mapped_column(String(9))
    """authorise, capture or void."""
    gateway: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int]
    """Amount in yen."""
    idempotency_key: Mapped[str] = mapped_column(String(60))
    """Our key; also in the payment's metadata, where it is looked up once the company has forgotten the key."""
    payment_reference: Mapped[str] = mapped_column(String(255), default="")
    """Payment company's id of the payment."""
    tries: Mapped[int] = mapped_column(default=0)
    """Number of times a worker took it up; from the second on the company may have done it already."""
    state: Mapped[str] = mapped_column(String(8), default="asked")
    """asked → done | refused. If it stays asked for long, the answer was lost and is looked up."""
    reason: Mapped[str] = mapped_column(String(100), default="")
    """Company's code of a refusal."""
    actor: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]
    """Time until which an authorization can be captured."""
