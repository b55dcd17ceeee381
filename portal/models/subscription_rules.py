"""What a shop has set for its subscriptions: one row a shop, and the days it is closed."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class SubscriptionRules(OfShop, Base):
    __tablename__ = "subscription_rules"
    __table_args__ = (
        UniqueConstraint("shop_id"),
        CheckConstraint("generates IN ('us', 'them')", name="generates"),
        CheckConstraint("creation_base IN ('ship', 'delivery')", name="creation_base"),
        CheckConstraint("numbering IN ('running', 'prefix', 'date')", name="numbering"),
    )

    enabled: Mapped[bool] = mapped_column(default=False)
    """Off only while no subscription is active."""
    takes_new: Mapped[bool] = mapped_column(default=True)
    """False stops new subscriptions only; the running ones go on."""
    generates: Mapped[str] = mapped_column(String(4), default="us")
    """us: orders are made here. them: the shop's cart makes them, and nothing here ever does."""

    lead_days: Mapped[int] = mapped_column(default=3)
    """From an order to its ship date at least."""
    transit_days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Prefecture → days; the key "" is for all others (1 if that is missing too)."""
    dateless_days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Delivery method without a date → business days from ship to delivery; missing: 4."""
    shipping_fees: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Prefecture → yen; the key "" is for all others. Missing: a new address leaves the fee as it is."""
    payment_fees: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The shop's words of a payment → yen. Missing: a new payment leaves the fee as it is."""
    creation_days: Mapped[int] = mapped_column(default=7)
    creation_base: Mapped[str] = mapped_column(String(8), default="ship")
    """Which of the two dates the creation days are counted back from."""
    closed_weekdays: Mapped[list[str]] = mapped_column(default=list)
    """mon … sun. National holidays are jpholiday's."""
    closed_on_holidays: Mapped[bool] = mapped_column(default=True)

    cycles_offered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Kind (days, weeks, weeks_weekday, months, months_day, months_nth, months_nth_weekday) → [least n, most n];
    a kind that is missing is not on offer."""
    payment_methods: Mapped[list[str]] = mapped_column(default=list)
    """The shop's words, in the order in which they are offered."""
    cod_methods_refused: Mapped[list[str]] = mapped_column(default=list)
    """Delivery methods that cannot collect money, besides the built-in ones."""
    time_slots: Mapped[list[str]] = mapped_column(default=list)
    """Besides the carriers' own."""
    carries_slot: Mapped[bool] = mapped_column(default=True)
    date_window_days: Mapped[int] = mapped_column(default=60)
    """How far ahead the next date may be moved."""
    skips_allowed: Mapped[int] = mapped_column(default=1)
    """In a row."""
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Change (cycle, next_date, time_slot, payment, card, address, skip, pause, points, items, cancel, contact) →
    extra days before the deadline; null: buyers may not. Missing: allowed without extra days."""
    pauses_longest: Mapped[int | None]
    """Days; None: without end."""
    cancel_within_commitment: Mapped[bool] = mapped_column(default=False)
    """Buyers may cancel before the commitment is met."""
    offers_before_cancelling: Mapped[list[str]] = mapped_column(default=list)
    """pause, skip, longer: the first possible one is offered, once."""

    authorises: Mapped[bool] = mapped_column(default=True)
    """Payment is authorised when the order is made."""
    gateway: Mapped[str] = mapped_column(String(10), default="sandbox")
    status_names: Mapped[dict[str, str]] = mapped_column(default=dict)
    """State → the shop's own label."""
    comment: Mapped[str] = mapped_column(String(1000), default="")
    """Shown to buyers above their subscription."""
    card_mails: Mapped[bool] = mapped_column(default=False)
    """Mails about expiring and expired cards go out by themselves."""
    upcoming_days: Mapped[int | None] = mapped_column(default=None)
    """The mail about a coming delivery goes out so many days before; None: not at all."""
    tells_generated: Mapped[bool] = mapped_column(default=True)
    """Buyers get a mail when an order was made."""

    numbering: Mapped[str] = mapped_column(String(7), default="running")
    """running, prefix + running, or date + running."""
    number_digits: Mapped[int] = mapped_column(default=10)
    number_prefix: Mapped[str] = mapped_column(String(10), default="")
    number_hyphen: Mapped[bool] = mapped_column(default=False)
    """Between date and running number."""
    last_number: Mapped[int] = mapped_column(default=0)
    """Counted up under a lock of its row."""
    version: Mapped[int] = mapped_column(default=1)
    """Of the settings, not of `last_number`: a form from before a change overwrites nothing."""


class ClosedDay(OfShop, Base):
    """A day on which the shop sends nothing, besides its closed weekdays."""

    __tablename__ = "closed_day"
    __table_args__ = (UniqueConstraint("shop_id", "day"),)

    day: Mapped[date]
    note: Mapped[str] = mapped_column(String(60), default="")
