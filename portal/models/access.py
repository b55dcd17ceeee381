"""Tables of the buyers' access: sessions, orders proved in them, failures, locks, e-mailed codes, requests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, OfShop
from portal.models.order import Order
from portal.models.subscription import Subscription


class BuyerSession(OfShop, Base):
    """Buyer's session, which the cookie names; a row, so that signing out or staff can end it at once."""

    __tablename__ = "buyer_session"
    __table_args__ = (UniqueConstraint("token_digest"),)

    token_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the cookie's token; the token itself is stored nowhere."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Time of the last request, written at most once a minute; the tracking partial's own refresh does not count."""
    ended_at: Mapped[datetime | None]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    """Member of staff who looks at the page as the buyer sees it, read-only; None in a buyer's own session."""
    proved_email_key: Mapped[str] = mapped_column(String(254), default="")
    """E-mail address whose code was typed in this session (second step); empty before that."""


class SessionOrder(OfShop, Base):
    """Order that was proved in a session."""

    __tablename__ = "session_order"
    __table_args__ = (
        UniqueConstraint("session_id", "order_id"),
        Index("ix_session_order_order_id", "order_id"),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("buyer_session.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    proved_at: Mapped[datetime]
    by_link: Mapped[bool] = mapped_column(default=False)
    """True if the buyer came by the order's own link, which only the mail holds, not by typing the order code."""
    parcel_only: Mapped[bool] = mapped_column(default=False)
    """True if the proof opens the parcel only; see `access.rules.gifts`."""


class LoginFailure(OfShop, Base):
    __tablename__ = "login_failure"
    __table_args__ = (
        Index("ix_login_failure_code", "shop_id", "code_digest", "via", "at"),
        Index("ix_login_failure_address", "shop_id", "address", "at"),
    )

    code_digest: Mapped[str] = mapped_column(String(64))
    via: Mapped[str] = mapped_column(String(4))
    """link or code; they are counted apart, so that a stranger typing codes cannot lock out the holder of the link."""
    address: Mapped[str] = mapped_column(String(45))
    """IPv4, or the /64 of an IPv6 address."""
    at: Mapped[datetime]


class LoginLock(OfShop, Base):
    """Lock of an order code or client address that has failed. Concurrent attempts wait for each other on this row."""

    __tablename__ = "login_lock"
    __table_args__ = (UniqueConstraint("shop_id", "subject", "via"),)

    subject: Mapped[str] = mapped_column(String(64))
    """Digest of an order code, or a client address."""
    via: Mapped[str] = mapped_column(String(7))
    """link, code, or address."""
    locked_until: Mapped[datetime | None]
    level: Mapped[int] = mapped_column(default=0)
    """Number of locks in a row; the first takes 15 minutes, each next one twice as long, up to 24 hours."""
    counted_from: Mapped[datetime]
    """Time from which failures count; a lock, a success or staff moves it on."""


class LoginCode(OfShop, Base):
    """Six-digit code of the second step."""

    __tablename__ = "login_code"
    __table_args__ = (
        Index("ix_login_code_session_id", "session_id", "sent_at"),
        Index("ix_login_code_email_key", "shop_id", "email_key", "sent_at"),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("buyer_session.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    email_key: Mapped[str] = mapped_column(String(254))
    for_new_address: Mapped[bool] = mapped_column(default=False)
    """Flag of a code sent to a new address for the contact data; the buyer has proved the old one, not yet this one."""
    by_link: Mapped[bool] = mapped_column(default=False)
    """Same as `SessionOrder.by_link` of the order: whoever typed its code has an allowance of codes of their own."""
    code_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class BuyerRequest(OfShop, Base):
    """Request of a buyer to the shop's staff, for what a buyer cannot do alone."""

    __tablename__ = "buyer_request"
    __table_args__ = (Index("ix_buyer_request_open", "shop_id", "answered_at"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"), index=True)
    """Order by which the buyer signed in."""
    subscription_id: Mapped[UUID | None] = mapped_column(ForeignKey("subscription.id"), index=True)
    """Subscription that the request is about, if any."""
    kind: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(String(2000), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(80), default="")
    answer: Mapped[str] = mapped_column(String(2000), default="")
    """Reply that was mailed; empty if it was settled without a mail."""
    withdrawn_at: Mapped[datetime | None]
    """Time when the buyer took it back, which is then `answered_at` too; None if the buyer has not."""

    subscription: Mapped[Subscription | None] = relationship(viewonly=True)
    order: Mapped[Order] = relationship(viewonly=True)
