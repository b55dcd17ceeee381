"""Settings of a shop for its subscriptions, one row per shop, and the days on which it is closed."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint, false
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
    """True if the shop has subscriptions; can be turned off only while none is active."""
    takes_new: Mapped[bool] = mapped_column(default=True)
    """False if no new subscriptions are taken; running ones go on."""
    generates: Mapped[str] = mapped_column(String(4), default="us")
    """Who makes the orders: us, or them (the shop's cart; we never make one)."""

    lead_days: Mapped[int] = mapped_column(default=3)
    """Least number of days from an order to its ship date."""
    transit_days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Prefecture → days from ship to delivery; the key "" is for all others (1 if that is missing too)."""
    dateless_days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Delivery method without a date → business days from ship to delivery; 4 if missing."""
    shipping_fees: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Prefecture → yen; the key "" is for all others. If missing, a new address leaves the fee as it is."""
    payment_fees: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Shop's words for a payment → yen. If missing, a new payment leaves the fee as it is."""
    keeps_net: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if prices of items are kept without tax, so that they follow a change of the rate."""
    creation_days: Mapped[int] = mapped_column(default=7)
    creation_base: Mapped[str] = mapped_column(String(8), default="ship")
    """Date from which the creation days are counted back: ship or delivery."""
    closed_weekdays: Mapped[list[str]] = mapped_column(default=list)
    """Weekdays, mon … sun; national holidays come from jpholiday."""
    closed_on_holidays: Mapped[bool] = mapped_column(default=True)

    cycles_offered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Kind (days, weeks, weeks_weekday, months, months_day, months_nth, months_nth_weekday) → [least n, most n];
    a missing kind is not offered."""
    payment_methods: Mapped[list[str]] = mapped_column(default=list)
    """Payment methods in the shop's words, in the order in which they are offered."""
    cod_methods_refused: Mapped[list[str]] = mapped_column(default=list)
    """Delivery methods that cannot collect money, besides the built-in ones."""
    time_slots: Mapped[list[str]] = mapped_column(default=list)
    """Time slots besides the carriers' own."""
    time_slots_refused: Mapped[list[str]] = mapped_column(default=list)
    """Time slots of the carriers, as 14時〜16時, that are not offered."""
    carries_slot: Mapped[bool] = mapped_column(default=True)
    date_window_days: Mapped[int] = mapped_column(default=60)
    """Most days ahead to which the next date may be moved."""
    skips_allowed: Mapped[int] = mapped_column(default=1)
    """Most skips in a row."""
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Change (cycle, next_date, time_slot, payment, card, address, skip, pause, points, items, cancel, contact) →
    extra days before the deadline, or null if buyers may not make it. If missing, allowed without extra days."""
    pauses_longest: Mapped[int | None]
    """Longest pause in days; None if without end."""
    cancel_within_commitment: Mapped[bool] = mapped_column(default=False)
    """True if buyers may cancel before the commitment is met."""
    offers_before_cancelling: Mapped[list[str]] = mapped_column(default=list)
    """Offers before a cancellation (pause, skip, longer); the first possible one is made, once."""

    authorises: Mapped[bool] = mapped_column(default=True)
    """True if the payment is authorized when the order is made."""
    gateway: Mapped[str] = mapped_column(String(10), default="sandbox")
    status_names: Mapped[dict[str, str]] = mapped_column(default=dict)
    """State → shop's own label."""
    comment: Mapped[str] = mapped_column(String(1000), default="")
    """Text shown to buyers above their subscription."""
    card_mails: Mapped[bool] = mapped_column(default=False)
    """True if mails about expiring and expired cards are sent automatically."""
    upcoming_days: Mapped[int | None] = mapped_column(default=None)
    """Days before a delivery on which the mail about it is sent; None if it is not sent."""
    tells_generated: Mapped[bool] = mapped_column(default=True)
    """True if buyers get a mail when an order is made."""

    numbering: Mapped[str] = mapped_column(String(7), default="running")
    """Form of new numbers: running, prefix (prefix + running) or date (date + running)."""
    number_digits: Mapped[int] = mapped_column(default=10)
    number_prefix: Mapped[str] = mapped_column(String(10), default="")
    number_hyphen: Mapped[bool] = mapped_column(default=False)
    """True for a hyphen between date and running number."""
    last_number: Mapped[int] = mapped_column(default=0)
    """Last running number; counted up under a lock of the row."""
    version: Mapped[int] = mapped_column(default=1)
    """Version of the settings (not of `last_number`), so that a form older than a change overwrites nothing."""


class ClosedDay(OfShop, Base):
    """Day on which the shop ships nothing, besides its closed weekdays."""

    __tablename__ = "closed_day"
    __table_args__ = (UniqueConstraint("shop_id", "day"),)

    day: Mapped[date]
    note: Mapped[str] = mapped_column(String(60), default="")
