"""担当者: people who work for one or more shops, and how they sign in."""

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
    """`values.emails.normalise(email)`, which the typed address is compared with at login."""
    password_hash: Mapped[str] = mapped_column(String(200))
    """argon2id hash; empty until a password is chosen (the invitation is open)."""
    totp_sealed: Mapped[str] = mapped_column(String(300), default="")
    """Secret of the authenticator app, encrypted with the key ring; empty if there is none."""
    totp_confirmed_at: Mapped[datetime | None]
    """Time when a code of the app was first typed; until then login does not ask for one."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """Newest 30-second step whose code was accepted, so that no code is accepted twice."""
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
    """Session of a staff member, which the cookie names; a row, so that it can be ended from another machine."""

    __tablename__ = "staff_session"
    __table_args__ = (UniqueConstraint("token_digest"), Index("ix_staff_session_staff_id", "staff_id", "ended_at"))

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Time of the last request, written at most once a minute."""
    ended_at: Mapped[datetime | None]
    totp_at: Mapped[datetime | None]
    """Time when a code of the authenticator app (or a recovery code) was accepted in this session."""
    browser: Mapped[str] = mapped_column(String(200), default="")
    """User-Agent, by which people tell their own sessions apart."""


class RecoveryCode(Keyed, Base):
    """Code that replaces the authenticator app once, if the phone is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_digest"),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    code_digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class StaffLink(Keyed, Base):
    """Mailed link with which a password is chosen once: an invitation, or after 'forgot my password'."""

    __tablename__ = "staff_link"
    __table_args__ = (UniqueConstraint("token_digest"), Index("ix_staff_link_staff_id", "staff_id", "sent_at"))

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    token_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Time of use; also set when another link of the same person is used, so that an old mail opens nothing."""


class StaffLock(Keyed, Base):
    """Failed staff logins, per typed e-mail address (known or not) and per client address."""

    __tablename__ = "staff_lock"
    __table_args__ = (UniqueConstraint("subject"),)

    subject: Mapped[str] = mapped_column(String(64))
    """Digest of the typed address, or a client address."""
    failures: Mapped[int] = mapped_column(default=0)
    counted_from: Mapped[datetime]
    level: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
