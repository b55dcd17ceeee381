"""Cards of buyers, as the payment company knows them. Nothing but brand, last 4 and expiry is kept here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop

OPEN = text("state = 'open'")


class Card(OfShop, Base):
    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("shop_id", "gateway", "reference"),
        Index("ix_card_shop_id_email_key", "shop_id", "email_key"),
        Index("ix_card_shop_id_expires", "shop_id", "expires", "id"),
    )

    email_key: Mapped[str] = mapped_column(String(254))
    """Whose it is: `Subscription.email_key`."""
    gateway: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(255))
    """The payment company's name for it, never a number of the card."""
    customer_reference: Mapped[str] = mapped_column(String(255), default="")
    brand: Mapped[str] = mapped_column(String(20))
    last4: Mapped[str] = mapped_column(String(4))
    expires: Mapped[str] = mapped_column(String(7))
    """Last month it is good for, YYYY-MM."""
    is_default: Mapped[bool] = mapped_column(default=False)
    told_expiring: Mapped[str] = mapped_column(String(7), default="")
    """The expiry that the mail "expires soon" was about: once per expiry."""
    told_expired: Mapped[str] = mapped_column(String(7), default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declared way


class CardRegistration(OfShop, Base):
    """A buyer's way to the payment company's page and back; finished once, by whichever comes first: the buyer or the
    company's own message."""

    __tablename__ = "card_registration"
    __table_args__ = (
        UniqueConstraint("gateway", "reference"),
        Index("ix_card_registration_subscription_id", "subscription_id", "started_at"),
        Index("ix_card_registration_open", "started_at", sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("state IN ('open', 'verified', 'refused', 'given_up')", name="state"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    """From which the buyer set out."""
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    """Through which the buyer came."""
    email_key: Mapped[str] = mapped_column(String(254))
    """Whose card it becomes."""
    gateway: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(255))
    """The payment company's name for the set-up."""
    pays_it: Mapped[bool] = mapped_column(default=True)
    """Once verified the card pays this subscription; False: it is registered only."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    """open → verified | refused | given_up; a buyer who gave up may begin again with a new one."""
    reason: Mapped[str] = mapped_column(String(100), default="")
    """The company's code of a refusal; of a verified card that was to pay and does not, why it could not be put to use."""
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("card.id"))
    language: Mapped[str] = mapped_column(String(10), default="ja")
    actor: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
