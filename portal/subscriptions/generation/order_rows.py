"""The order of a subscription as rows to be inserted. Once made, it is not changed by later changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Shop, Subscription
from portal.models.base import new_id
from portal.orders.resolving import Line, ShopRules, resolve_lines
from portal.orders.rules.codes import code_key
from portal.orders.shop_rules import rules_of
from portal.shipments.new_orders import NewOrder, rows, shipment_row
from portal.shipments.parcels import Said
from portal.shipments.rules.carriers import LONGEST_SERVICE, identify
from portal.subscriptions.payment import paying
from portal.subscriptions.record.facts import Frame, address_of, facts_of, frame_of, has_lapsed_slot
from portal.subscriptions.schedule import Delivery, Facts, deliveries, merged
from portal.values.dates import tokyo_date
from portal.values.tax import rate_then, standard_rate

LONGEST_SLOT = 20
"""Most characters of a parcel's time slot; the order keeps the whole text."""
_AS_THEY_ARE = (
    *("buyer_name", "buyer_kana", "phone", "email", "email_key", "postcode", "prefecture", "address"),
    *("payment_method", "wrapping", "note_1", "note_2", "memo"),
)
"""Columns that the order copies from the subscription unchanged."""


@dataclass(frozen=True)
class Workshop:
    """Everything that the orders of a shop are made with, read once for many of them."""

    shop: Shop
    frame: Frame
    rates: ShopRules


@dataclass(frozen=True)
class Next:
    """Next delivery of a subscription, if its order is made on a certain day."""

    facts: Facts
    delivery: Delivery
    after_on: date | None
    """Delivery date of the delivery after it; None if it is the last."""

    @property
    def merged(self) -> tuple[date, ...]:
        return merged(self.facts)


@dataclass(frozen=True)
class Made:
    order: NewOrder
    attempt: dict[str, Any] | None
    """Row of the request to a payment company; None if there is nothing to ask."""


def workshop_of(session: Session, shop_id: UUID) -> Workshop:
    shop = session.get_one(Shop, shop_id)
    return Workshop(shop, frame_of(session, shop_id), rules_of(session, shop))


def next_of(session: Session, subscription: Subscription, frame: Frame, day: date) -> Next | None:
    """Return the next delivery, or None if nothing is left to be delivered.

    Raise CycleError if the cycle cannot be read or has no further date.
    """
    facts = facts_of(session, subscription, frame)
    # Points count if they are worth something on the day on which the order is made.
    coming = list(islice(deliveries(replace(facts, next_creation_on=day)), 2))
    if not coming:
        return None
    return Next(facts, coming[0], coming[1].delivery_on if len(coming) > 1 else None)


def code_of(subscription: Subscription) -> str:
    return f"{subscription.number}-{subscription.cycle_number}"


def taken_codes(session: Session, shop_id: UUID, subscriptions: Sequence[Subscription]) -> frozenset[str]:
    """Return the keys of the subscriptions' next order codes that an order in use has already."""
    keys = [code_key(code_of(subscription)) for subscription in subscriptions]
    live = select(Order.code_key).where(Order.shop_id == shop_id, Order.code_key.in_(keys), Order.code_live)
    return frozenset(session.scalars(live))


def make(
    session: Session, subscription: Subscription, coming: Next, workshop: Workshop, *, actor: str, now: datetime
) -> Made:
    """Build the order and its payment attempt without writing anything."""
    delivery, of_shop = coming.delivery, workshop.frame.rules
    paid = paying.arrangement(subscription, delivery.total, of_shop, workshop.shop.payment_words)
    wished = _wished(subscription, coming, tokyo_date(now), workshop.frame)
    code = code_of(subscription)
    values = {
        **{column: getattr(subscription, column) for column in _AS_THEY_ARE},
        **_recipient(session, subscription),
        **wished,
        "code": code,
        "code_key": code_key(code),
        "ordered_at": now,
        "payment_state": str(paid.payment_state),
        "fee_rate": _fee_rate(workshop.rates, delivery.ship_on),
        "shipping_fee": delivery.shipping,
        "other_fee": delivery.cool,
        "payment_fee": delivery.payment_fee,
        "coupon": delivery.coupon,
        "points_used": delivery.points_used,
        "total": delivery.total,
        "subscription_id": subscription.id,
        "subscription_number": subscription.number,
        "cycle_number": delivery.cycle_number,
        "next_delivery_on": coming.after_on,
        "authorised": str(paid.authorised),
        "deferred_state": str(paid.deferred_state),
    }
    parcel = shipment_row(_parcel(subscription, wished), subscription.shop_id, now)
    order = rows(
        values,
        resolve_lines([_line(item) for item in delivery.items], workshop.rates, delivery.ship_on),
        [parcel],
        workshop.rates,
        shop_id=subscription.shop_id,
        status=paid.status,
        now=now,
    )
    attempt = None
    if paid.asks:
        attempt = paying.first_attempt(session, subscription, paid.way, order.order, of_shop, actor=actor, now=now)
    return Made(order, attempt)


def occurrences(
    subscription: Subscription,
    coming: Next,
    order_id: UUID | None,
    run_id: UUID | None,
    *,
    actor: str,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the rows of the cycle that was processed and of the nominal dates that were merged into its delivery."""
    delivery = coming.delivery
    shared = {
        "shop_id": subscription.shop_id,
        "subscription_id": subscription.id,
        "cycle_number": delivery.cycle_number,
        "delivery_on": delivery.delivery_on,
        "ship_on": delivery.ship_on,
        "creation_on": subscription.next_creation_on,
        "order_id": order_id,
        "run_id": run_id,
        "actor": actor,
        "at": now,
    }
    outcome = "skipped" if delivery.skipped else "ordered"
    cycles = [(delivery.anchor_on, outcome), *((anchor_on, "merged") for anchor_on in coming.merged)]
    return [{**shared, "id": new_id(), "anchor_on": anchor_on, "outcome": outcome} for anchor_on, outcome in cycles]


def _fee_rate(rates: ShopRules, ship_on: date) -> int | None:
    return standard_rate(ship_on) if rates.fee_rate is None else rate_then(rates.fee_rate, ship_on)


def _line(item: Any) -> Line:
    return Line(
        product_code=item.product_code,
        name=item.name,
        quantity=item.quantity,
        unit_price=item.unit_price,
        amount=item.quantity * item.unit_price,
        tax_rate=item.tax_rate,
        tax_included=True,
    )


def _wished(subscription: Subscription, coming: Next, day: date, frame: Frame) -> dict[str, Any]:
    """Return the requested date and time slot, both empty for a delivery method without a date.

    The calculated date of such a delivery stays with the subscription. No carrier can be asked for a date that is no
    later than the day on which the order is made: it goes out as soon as possible. Nor can it be asked for a time slot
    that it no longer offers; Today names the subscriptions that still have one.
    """
    has_date = coming.facts.timing.dateless_days is None
    delivery_on = coming.delivery.delivery_on
    has_slot = frame.rules.carries_slot and not has_lapsed_slot(subscription, frame, max(day, coming.delivery.ship_on))
    return {
        "requested_on": delivery_on if has_date and delivery_on > day else None,
        "time_slot": subscription.time_slot if has_date and has_slot else "",
    }


def _recipient(session: Session, subscription: Subscription) -> dict[str, str]:
    """Return the recipient's columns, or none if deliveries go to the buyer."""
    if subscription.delivery_to == "buyer":
        return {}
    to = address_of(session, subscription)
    return {
        "recipient_name": to.name,
        "recipient_kana": to.kana,
        "recipient_phone": to.phone,
        "recipient_postcode": to.postcode,
        "recipient_prefecture": to.prefecture,
        "recipient_address": to.address,
    }


def _parcel(subscription: Subscription, wished: Mapping[str, Any]) -> Said:
    named = identify(subscription.delivery_method)
    carrier = subscription.carrier or (named.carrier if named else "")
    is_known = named is not None and named.carrier == carrier
    return Said(
        carrier=carrier,
        service=named.service if named and is_known else subscription.delivery_method[:LONGEST_SERVICE],
        requested_on=wished["requested_on"],
        requested_slot=wished["time_slot"][:LONGEST_SLOT],
    )
