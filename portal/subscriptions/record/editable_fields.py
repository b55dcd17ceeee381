"""The columns of a subscription that people may set, and groups of them that the checks use."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from portal.subscriptions.record.items import Item
from portal.values.points import PointsUse


class Wanted(TypedDict, total=False):
    """New values for columns of `Subscription` and for `items`. What is missing stays; an equal value is no change."""

    customer_number: str
    buyer_name: str
    buyer_kana: str
    phone: str
    email: str
    postcode: str
    prefecture: str
    address: str
    delivery_to: str
    listed_address_id: UUID | None
    recipient_name: str
    recipient_kana: str
    recipient_phone: str
    recipient_postcode: str
    recipient_prefecture: str
    recipient_address: str
    payment_method: str
    card_id: UUID | None
    wallet_agreement: str
    instalments: int
    shipping_fee: int
    cool_fee: int
    payment_fee: int
    perk_free_shipping: bool
    perk_off: int
    coupon_code: str
    coupon: int
    wrapping: str
    points_use: PointsUse
    points_each: int
    points_balance: int
    points_expire_on: date | None
    carrier: str
    carrier_fixed: bool
    delivery_method: str
    time_slot: str
    cycle: str
    cycle_fixed: bool
    next_delivery_on: date
    next_ship_on: date
    next_creation_on: date
    cycle_number: int
    remaining_orders: int | None
    note_1: str
    note_2: str
    memo: str
    source_media: str
    source_device: str
    source_address: str
    items: Sequence[Item]


DATES = frozenset({"next_delivery_on", "next_ship_on", "next_creation_on"})
DESTINATION = frozenset(
    {"delivery_to", "listed_address_id", "recipient_name", "recipient_prefecture", "recipient_address"}
)
"""Columns that say where deliveries go."""
PAYMENT = frozenset({"payment_method", "card_id", "wallet_agreement"})
ALWAYS = frozenset({"note_1", "note_2", "memo"})
"""Columns that may be changed even when the subscription is finished."""
ON_THE_DAY = frozenset({"memo"})
"""Columns that may be changed even on the creation date. The notes may not: they go on the order being made."""
RANGES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("shipping_fee", "cool_fee", "payment_fee", "perk_off", "coupon"), (0, 9_999_999)),
    **dict.fromkeys(("points_each", "points_balance"), (0, 9_999_999)),
    "instalments": (1, 60),
    "cycle_number": (1, 9_999),
    "remaining_orders": (1, 9_999),
}
