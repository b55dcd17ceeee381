"""Content of the page of a subscription."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import g

from portal.access.opening import ALIVE
from portal.access.rules import second_step
from portal.access.rules.contact import Person, shown_person
from portal.access.rules.second_step import Action
from portal.access.ways import Reach, reach_of
from portal.clock import now
from portal.extensions import db
from portal.models import Card, Shop, Subscription, SubscriptionChange
from portal.mypage.subscriptions.loader import Reached
from portal.payments.rules.expiry import Expiry, expiry_of
from portal.payments.rules.wallets import Way, way_of
from portal.shipments.rules.carriers import slot_of
from portal.subscriptions.cancellation import by_buyer
from portal.subscriptions.changes.standings import verdicts
from portal.subscriptions.overview import timeline
from portal.subscriptions.overview.made_orders import Made, orders_of, to_come, under_way
from portal.subscriptions.overview.upcoming import coming, facts_when_going
from portal.subscriptions.payment import paying
from portal.subscriptions.record.facts import address_of, facts_of, has_lapsed_slot
from portal.subscriptions.rules.allowances import Change, Verdict, Why
from portal.subscriptions.rules.outlook import Outlook, outlook
from portal.subscriptions.schedule import (
    Commitment,
    Delivery,
    amount_of_a_year,
    amount_to_pay,
    cancellable_from,
    commitment,
    cycle_in_force,
    is_open_ended,
    uses_points,
)
from portal.subscriptions.schedule.months import Mark, Month, months
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState
from portal.web.terms import shop_frame

_BUTTONS: Mapping[Change, Sequence[Change]] = {Change.RESUME: (), Change.UNSKIP: (), Change.NEXT_DATE: (Change.SKIP,)}


@dataclass(frozen=True)
class Deadline:
    """Deadline for changing the next order: that of the change that is possible the longest."""

    until: date | None
    """Last day, until 23:59; None if there is nothing to be late for, or it is too late."""
    is_over: bool
    again_from: date | None
    """If the deadline has passed: first day the change is possible again; None if nobody knows yet."""


@dataclass(frozen=True)
class Payment:
    method: str
    is_card: bool
    card: Card | None
    expiry: Expiry | None
    lacks_consent: bool
    """Whether nothing can be charged because the wallet has no agreement of the buyer."""


@dataclass(frozen=True)
class Bond:
    """Facts that the 特定商取引法 requires: how long the buyer is bound and what it comes to."""

    bound: Commitment
    to_pay: int
    free_from: date | None
    """First day on which the buyer is not bound; None if there is nothing to wait for, or it rests with no end set."""
    a_year: int | None
    """Amount of a year in yen, or None if the subscription ends by itself."""
    uses_points: bool
    """Whether points will be taken off these amounts."""
    remaining_orders: int | None


def page_of(reached: Reached) -> dict[str, Any]:
    subscription, instant = reached.subscription, now()
    today = tokyo_date(instant)
    orders = orders_of(db.session, g.shop, [subscription], now=instant)
    deliveries = coming(db.session, subscription, shop_frame(), today)
    found = verdicts(db.session, subscription, shop_frame(), today)
    look = outlook_of(subscription, deliveries, orders, today)
    deadline = deadline_of(found, today)
    return {
        "subscription": subscription,
        "order": reached.order,
        "asked_to_cancel": _asked_to_cancel(reached),
        "today": today,
        "outlook": look,
        "cycle": cycle_in_force(facts_of(db.session, subscription, shop_frame())),
        "coming": [delivery for delivery in deliveries if delivery.delivery_on > today],
        "paid": next((delivery for delivery in deliveries if not delivery.skipped), None),
        "under_way": under_way(orders, today),
        "still_comes": subscription.state not in ALIVE and bool(to_come(db.session, subscription, today)),
        "in_work": [order for order in orders if order.is_in_work],
        "verdicts": found,
        "deadline": deadline,
        "first_ways": _first_ways(found) if subscription.state in ALIVE else (),
        "months": _months(deliveries, orders, deadline, today),
        "rules": shop_frame().rules,
        "payment": _payment(subscription, g.shop, today),
        "delivery": _delivery(reached),
        "is_masked": _is_masked(reached),
        "barred": {change for change in Change if reached.is_barred(change)},
        "can_step": reached.can_step,
        "bond": _bond(subscription, today),
        "events": timeline.of_subscription(db.session, subscription),
        "past": _past(orders, reach_of(db.session, g.shop, reached.visit, instant)),
        "slot_of": slot_of,
        "has_lapsed_slot": has_lapsed_slot(subscription, shop_frame(), max(today, subscription.next_ship_on)),
    }


def outlook_of(
    subscription: Subscription, deliveries: Sequence[Delivery], orders: Sequence[Made], today: date
) -> Outlook:
    on_their_way = under_way(orders, today)
    found = outlook(
        state=subscription.state,
        resume_on=subscription.resume_on,
        creation_on=subscription.next_creation_on,
        coming=deliveries,
        under_way_on=[order.delivery_on for order in on_their_way if order.delivery_on],
        today=today,
    )
    named: Sequence[Made | Delivery] = [*on_their_way, *deliveries]
    return replace(found, for_once=frozenset(one.delivery_on for one in named if one.for_once and one.delivery_on))


def deadline_of(found: Mapping[Change, Verdict], today: date) -> Deadline:
    late = [verdict for verdict in found.values() if verdict.why in (Why.TOO_LATE, Why.LOCKED)]
    # Taking back a skip has the deadline of the skipped delivery, all else that of the next order.
    open_ones = [verdict for change, verdict in found.items() if verdict.allowed and change is not Change.UNSKIP]
    until = max((verdict.until for verdict in open_ones if verdict.until), default=None)
    again_from = max((verdict.again_from for verdict in late if verdict.again_from), default=None)
    return Deadline(until, bool(late) and until is None, again_from if again_from and again_from > today else None)


def _first_ways(found: Mapping[Change, Verdict]) -> Sequence[Change]:
    """Return what most people come for, as buttons below the answer; the first of them is the primary one."""
    for first, more in _BUTTONS.items():
        if found[first].allowed:
            return (first, *(change for change in more if found[change].allowed))
    return ()


def _months(deliveries: Sequence[Delivery], orders: Sequence[Made], deadline: Deadline, today: date) -> Sequence[Month]:
    """Return the months of the calendar in which something comes; none if nothing does."""
    marks = {
        delivery.delivery_on: Mark.SKIPPED if delivery.skipped else _mark(delivery)
        for delivery in deliveries
        if delivery.delivery_on > today
    }
    for order in under_way(orders, today):
        if order.delivery_on:
            marks[order.delivery_on] = _mark(order)
    shown = set(marks)
    if deadline.until:
        marks.setdefault(deadline.until, Mark.DEADLINE)
    marks.setdefault(today, Mark.TODAY)
    return months(marks, shown)


def _mark(one: Delivery | Made) -> Mark:
    return Mark.ONCE if one.for_once else Mark.DELIVERY


def _payment(subscription: Subscription, shop: Shop, today: date) -> Payment:
    is_card = way_of(subscription.payment_method, shop.payment_words) is Way.CARD
    card = db.session.get(Card, subscription.card_id) if is_card and subscription.card_id else None
    lacks_consent = shop_frame().rules.authorises and paying.lacks_consent(subscription, shop.payment_words)
    expiry = expiry_of(card.expires, today) if card else None
    return Payment(subscription.payment_method, is_card, card, expiry, lacks_consent)


def _is_masked(reached: Reached) -> bool:
    return second_step.needs_step(g.shop, Action.PERSONAL_DATA, reached.visit, reached.subscription)


def _delivery(reached: Reached) -> Person:
    to = address_of(db.session, reached.subscription)
    return shown_person(to.name, to.postcode, to.prefecture, to.address, to.phone, masked=_is_masked(reached))


def _asked_to_cancel(reached: Reached) -> SubscriptionChange | None:
    """Return the receipt of a cancellation request that waits; as on its own page, only of one that was proved."""
    if not by_buyer.is_possible(reached.subscription) or reached.is_barred(Change.CANCEL):
        return None
    return by_buyer.waiting_for(db.session, reached.subscription, is_proved=True)


def _bond(subscription: Subscription, today: date) -> Bond | None:
    """Return how long the buyer is bound, or None if the subscription binds nobody any more."""
    if subscription.state not in ALIVE:
        return None
    facts = facts_when_going(db.session, subscription, shop_frame(), max(today, subscription.resume_on or today))
    made = subscription.orders_made
    knows_dates = subscription.state == SubscriptionState.ACTIVE or subscription.resume_on is not None
    return Bond(
        bound=commitment(facts.items, made),
        to_pay=amount_to_pay(facts, made),
        free_from=cancellable_from(facts, made) if knows_dates else None,
        a_year=amount_of_a_year(facts) if is_open_ended(facts) else None,
        uses_points=uses_points(facts),
        remaining_orders=subscription.remaining_orders,
    )


@dataclass(frozen=True)
class Past:
    orders: Sequence[Made]
    """Orders that the visit may open."""
    hidden: int
    """Number of orders that it may not open, or no longer."""
    step_helps: bool


def _past(orders: Sequence[Made], reach: Reach) -> Past:
    own = [order for order in orders if reach.opens_order(order.id, order.email_key)]
    shown = [order for order in own if order.is_open]
    return Past(shown, len(orders) - len(shown), any(order.is_open and order not in own for order in orders))
