"""Usual facts of a subscription, of which a test changes one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from portal.subscriptions.schedule import Calendar, Cycle, Delivery, Facts, Fees, PlanItem, Points, Timing

CALENDAR = Calendar(closed_weekdays=frozenset({5, 6}))
TIMING = Timing(
    lead_days=2, transit_days=1, creation_days=7, creation_base="ship", dateless_days=None, calendar=CALENDAR
)
FEES = Fees(shipping=550, cool=0, payment=0, coupon=0, free_shipping=False, shipping_off=0)
POINTS = Points(use="none", each=0, balance=0, expire_on=None, member=True)
TEA = PlanItem(
    product_code="TEA",
    name="八女茶 100g",
    quantity=2,
    first_price=500,
    later_price=1000,
    tax_rate=8,
    remaining=None,
    bundled_gift=False,
    commitment_count=0,
    cycles=(),
)
CUP = replace(TEA, product_code="CUP", name="湯のみ", quantity=1, first_price=0, later_price=0, tax_rate=10)
GIFT = replace(CUP, bundled_gift=True)


def facts(**changed: Any) -> Facts:
    """Return facts of a monthly subscription, next on 2026-12-15 as order 2.

    `anchor_on` alone moves the promised date too.
    """
    usual: dict[str, Any] = {
        "cycle": Cycle.parse("months:1"),
        "cycle_fixed": True,
        "anchor_on": date(2026, 12, 15),
        "next_skipped": False,
        "cycle_number": 2,
        "remaining_orders": None,
        "items": (TEA,),
        "fees": FEES,
        "points": POINTS,
        "timing": TIMING,
    } | changed
    return Facts(**{"next_delivery_on": usual["anchor_on"]} | usual)


def delivery_days(deliveries: Iterable[Delivery]) -> list[date]:
    return [delivery.delivery_on for delivery in deliveries]
