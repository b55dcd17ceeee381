"""What the pure schedule needs to know of a stored subscription."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from portal.models import ClosedDay, ListedAddress, Shop, Subscription, SubscriptionItem, SubscriptionRules
from portal.subscriptions.record import shop_rules
from portal.subscriptions.rules.settings import USUAL_TRANSIT_DAYS
from portal.subscriptions.schedule import Calendar, Cycle, Facts, Fees, PlanItem, Points, Timing, methods
from portal.subscriptions.schedule.cycles import WEEKDAYS
from portal.subscriptions.schedule.slots import Slots
from portal.values.records import read_off


@dataclass(frozen=True)
class Address:
    name: str
    kana: str
    phone: str
    postcode: str
    prefecture: str
    address: str


@dataclass(frozen=True)
class Frame:
    """The shop's terms, which all its subscriptions share. An entry point reads them once and hands them down."""

    rules: SubscriptionRules
    """Settings detached from the session, so that what is written elsewhere does not change them."""
    calendar: Calendar
    payment_words: Mapping[str, str]
    """The shop's own words for payment methods → what they mean."""

    @property
    def slots(self) -> Slots:
        return slots_of(self.rules)


def slots_of(rules: SubscriptionRules) -> Slots:
    return Slots(rules.time_slots, rules.time_slots_refused)


def frame_of(session: Session, shop_id: UUID) -> Frame:
    """Read the shop's terms."""
    row = shop_rules.of_shop(session, shop_id)
    of_shop = SubscriptionRules(
        **{column.key: getattr(row, column.key) for column in inspect(SubscriptionRules).column_attrs}
    )
    closed = session.scalars(select(ClosedDay.day).filter_by(shop_id=shop_id))
    calendar = Calendar(
        closed_weekdays=frozenset(WEEKDAYS.index(day) for day in of_shop.closed_weekdays),
        closed_days=frozenset(closed),
        holidays=of_shop.closed_on_holidays,
    )
    return Frame(of_shop, calendar, session.get_one(Shop, shop_id).payment_words)


def facts_of(session: Session, subscription: Subscription, frame: Frame) -> Facts:
    """Return the facts of a stored subscription, or of a copy of one, for the schedule."""
    return Facts(
        cycle=Cycle.parse(subscription.cycle),
        cycle_fixed=subscription.cycle_fixed,
        anchor_on=subscription.anchor_on,
        next_delivery_on=subscription.next_delivery_on,
        next_skipped=subscription.next_skipped,
        cycle_number=subscription.cycle_number,
        remaining_orders=subscription.remaining_orders,
        items=tuple(map(plan_item, subscription.items)),
        fees=_fees_of(subscription),
        points=_points_of(subscription),
        timing=timing_of(session, subscription, frame),
        next_ship_on=subscription.next_ship_on,
        next_creation_on=subscription.next_creation_on,
        keeps_net=frame.rules.keeps_net,
    )


def timing_of(session: Session, subscription: Subscription, frame: Frame, *, prefecture: str | None = None) -> Timing:
    """Return the timing of the subscription's deliveries, or as it would be if they went to `prefecture`."""
    to = address_of(session, subscription).prefecture if prefecture is None else prefecture
    transit = frame.rules.transit_days
    return Timing(
        lead_days=frame.rules.lead_days,
        transit_days=int(transit.get(to, transit.get("", USUAL_TRANSIT_DAYS))),
        creation_days=frame.rules.creation_days,
        creation_base=cast(Literal["ship", "delivery"], frame.rules.creation_base),
        dateless_days=methods.dateless_days(
            subscription.carrier, subscription.delivery_method, frame.rules.dateless_days
        ),
        calendar=frame.calendar,
    )


def has_lapsed_slot(subscription: Subscription, frame: Frame, on: date) -> bool:
    """Tell whether a parcel handed over on that day can no longer ask for its time slot."""
    carrier, method = subscription.carrier, subscription.delivery_method
    return bool(subscription.time_slot) and not frame.slots.offers(carrier, method, subscription.time_slot, on)


def address_of(session: Session, subscription: Subscription) -> Address:
    """Return the address to which deliveries go."""
    if subscription.delivery_to == "listed":
        listed = session.get_one(ListedAddress, subscription.listed_address_id)
        return Address(
            listed.recipient_name,
            listed.recipient_kana,
            listed.phone,
            listed.postcode,
            listed.prefecture,
            listed.address,
        )
    if subscription.delivery_to == "own":
        return Address(
            subscription.recipient_name,
            subscription.recipient_kana,
            subscription.recipient_phone,
            subscription.recipient_postcode,
            subscription.recipient_prefecture,
            subscription.recipient_address,
        )
    return Address(
        subscription.buyer_name,
        subscription.buyer_kana,
        subscription.phone,
        subscription.postcode,
        subscription.prefecture,
        subscription.address,
    )


def plan_item(item: SubscriptionItem) -> PlanItem:
    return read_off(PlanItem, item, cycles=tuple(map(Cycle.parse, item.cycles)))


def _fees_of(subscription: Subscription) -> Fees:
    return Fees(
        shipping=subscription.shipping_fee,
        cool=subscription.cool_fee,
        payment=subscription.payment_fee,
        coupon=subscription.coupon,
        free_shipping=subscription.perk_free_shipping,
        shipping_off=subscription.perk_off,
    )


def _points_of(subscription: Subscription) -> Points:
    return Points(
        use=str(subscription.points_use),
        each=subscription.points_each,
        balance=subscription.points_balance,
        expire_on=subscription.points_expire_on,
        member=subscription.customer_number != "",
    )
