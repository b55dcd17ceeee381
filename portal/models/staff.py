"""担当者: a person who works for one or more shops, and how that person gets in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Keyed, OfShop
from portal.values.roles import Role


class Staff(Keyed, Base):
    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("email_key"),)

    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    """`values.emails.normalise(email)`: what is typed at the door is compared with it."""
    password_hash: Mapped[str] = mapped_column(String(200))
    """argon2id; empty: no password was chosen yet (an invitation is open)."""
    totp_sealed: Mapped[str] = mapped_column(String(300), default="")
    """The secret of the authenticator app, encrypted with the key ring; empty: none."""
    totp_confirmed_at: Mapped[datetime | None]
    """Set once a code of the app was typed; before that the app is not asked for."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The newest 30-second step whose code was taken: none is taken twice."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(OfShop, Base):
    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("shop_id", "staff_id"),
        Index("ix_membership_staff_id", "staff_id"),
        CheckConstraint("role IN ('viewer', 'operator', 'manager')", name="role"),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[Role] = mapped_column(String(10))
    created_at: Mapped[datetime]


class StaffSession(Keyed, Base):
    """Stands behind the cookie, so that it can be ended from another machine."""

    __tablename__ = "staff_session"
    __table_args__ = (UniqueConstraint("token_digest"), Index("ix_staff_session_staff_id", "staff_id", "ended_at"))

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Written at most once a minute."""
    ended_at: Mapped[datetime | None]
    totp_at: Mapped[datetime | None]
    """When the authenticator's code (or a recovery code) was taken in this session."""
    browser: Mapped[str] = mapped_column(String(200), default="")
    """The User-Agent, so that one's own sessions can be told apart."""


class RecoveryCode(Keyed, Base):
    """Opens the door once when the phone with the authenticator app is gone."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_digest"),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    code_digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class StaffLink(Keyed, Base):
    """A mailed link behind which a password is chosen, once: an invitation, or after 'forgot my password'."""

    __tablename__ = "staff_link"
    __table_args__ = (UniqueConstraint("token_digest"), Index("ix_staff_link_staff_id", "staff_id", "sent_at"))

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    token_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Also set when another link of the same person was used: an old mail opens nothing."""


class StaffLock(Keyed, Base):
    """Failures at the staff's door, per e-mail address typed (known or not) and per client address."""

    __tablename__ = "staff_lock"
    __table_args__ = (UniqueConstraint("subject"),)

    subject: Mapped[str] = mapped_column(String(64))
    """Digest of the address typed, or a client address."""
    failures: Mapped[int] = mapped_column(default=0)
    counted_from: Mapped[datetime]
    level: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
