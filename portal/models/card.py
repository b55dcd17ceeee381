"""Buyers' cards, referring to the payment company's. Only brand, last four digits and expiry are kept here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop, Versioned

OPEN = text("state = 'open'")


class Card(Versioned, OfShop, Base):
    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("shop_id", "gateway", "reference"),
        Index("ix_card_shop_id_email_key", "shop_id", "email_key"),
        Index("ix_card_shop_id_expires", "shop_id", "expires", "id"),
    )

    email_key: Mapped[str] = mapped_column(String(254))
    """Buyer who owns the card, as in `Subscription.email_key`."""
    gateway: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(255))
    """Payment company's id of the card, never the card's number."""
    customer_reference: Mapped[str] = mapped_column(String(255), default="")
    brand: Mapped[str] = mapped_column(String(20))
    last4: Mapped[str] = mapped_column(String(4))
    expires: Mapped[str] = mapped_column(String(7))
    """Last month in which the card is valid, YYYY-MM."""
    is_default: Mapped[bool] = mapped_column(default=False)
    told_expiring: Mapped[str] = mapped_column(String(7), default="")
    """Expiry (YYYY-MM) that the mail "expires soon" was sent about, so that it goes out once per expiry."""
    told_expired: Mapped[str] = mapped_column(String(7), default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class CardRegistration(OfShop, Base):
    """Registration of a card at the payment company's page.

    It is finished once, by the buyer's return or the company's message, whichever comes first.
    """

    __tablename__ = "card_registration"
    __table_args__ = (
        UniqueConstraint("gateway", "reference"),
        Index("ix_card_registration_subscription_id", "subscription_id", "started_at"),
        Index("ix_card_registration_open", "started_at", sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("state IN ('open', 'verified', 'refused', 'given_up')", name="state"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    """Subscription from whose page the buyer started."""
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    """Order by which the buyer signed in."""
    email_key: Mapped[str] = mapped_column(String(254))
    """Buyer who will own the card."""
    gateway: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(255))
    """Payment company's id of the set-up."""
    pays_it: Mapped[bool] = mapped_column(default=True)
    """True if the verified card is to pay this subscription, False if it is only registered."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    """open → verified | refused | given_up. A buyer who gave up may start a new registration."""
    reason: Mapped[str] = mapped_column(String(100), default="")
    """Company's code of a refusal, or why a verified card that was to pay could not be used."""
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("card.id"))
    language: Mapped[str] = mapped_column(String(10), default="ja")
    actor: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
