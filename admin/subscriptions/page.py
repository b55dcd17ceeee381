"""定期購入: one subscription in four pages, each a tab: basics, items, deliveries, history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import select

from admin.audit.history import history_of
from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs
from admin.subscriptions.marks import own_fields
from admin.subscriptions.scope import SHOWN, page, require_subscription
from portal.clock import now
from portal.extensions import db
from portal.models import BuyerRequest, Card, Order, Subscription, SubscriptionOccurrence
from portal.payments.rules.expiry import Expiry, expiry_of
from portal.subscriptions.changes import acknowledgments
from portal.subscriptions.generation.due import generates
from portal.subscriptions.overview.upcoming import coming
from portal.subscriptions.payment import paying
from portal.subscriptions.record.facts import address_of, facts_of, has_lapsed_slot
from portal.subscriptions.schedule import (
    Delivery,
    Facts,
    amount_of_a_year,
    amount_to_pay,
    cancellable_from,
    commitment,
    cycle_in_force,
    is_open_ended,
    uses_points,
)
from portal.subscriptions.terms import labels
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.web.terms import shop_frame
from portal.words.fields import POINTS_USES

HISTORY = 100
MADE = 60
"""Most orders and skips that are listed, newest first."""


@dataclass(frozen=True)
class Dealt:
    """A past cycle with its order or its skip, or an order without a cycle on record."""

    occurrence: SubscriptionOccurrence | None
    order: Order | None

    @property
    def at(self) -> datetime:
        """Return when it was ordered or, without an order, when it was skipped."""
        if self.order is not None:
            return self.order.ordered_at
        assert self.occurrence is not None
        return self.occurrence.at


@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>")
@needs(Role.VIEWER)
def show_subscription(subscription_id: UUID) -> str:
    subscription = require_subscription(subscription_id)
    note_look("subscription.viewed", "subscription", subscription.id)
    facts = facts_of(db.session, subscription, shop_frame())
    return page(
        "basics.html",
        subscription,
        tab="basics",
        facts=facts,
        coming=_coming(subscription),
        in_force=cycle_in_force(facts),
        address=address_of(db.session, subscription),
        card=(card := db.session.get(Card, subscription.card_id) if subscription.card_id else None),
        tells_of_card=card is not None and expiry_of(card.expires, tokyo_date(now())) is not Expiry.GOOD,
        commitment=_commitment(subscription, facts),
        deadline=facts.timing.deadline(subscription.next_creation_on),
        labels=labels.of_subscription(db.session, subscription),
        own=own_fields(subscription),
        has_lapsed_slot=has_lapsed_slot(subscription, shop_frame(), max(tokyo_date(now()), subscription.next_ship_on)),
        lacks_consent=paying.lacks_consent(subscription, g.shop.payment_words),
        held=paying.held_orders(db.session, subscription),
        generates=generates(shop_frame().rules),
    )


def _coming(subscription: Subscription) -> list[Delivery]:
    """Return the deliveries that will happen: none of one that rests without an end, has ended or was deleted."""
    return [] if subscription.deleted_at else coming(db.session, subscription, shop_frame(), tokyo_date(now()), SHOWN)


def _commitment(subscription: Subscription, facts: Facts) -> dict[str, Any]:
    made = subscription.orders_made
    open_ended = is_open_ended(facts)
    return {
        "bound": commitment(facts.items, made),
        "to_pay": amount_to_pay(facts, made),
        "free_from": cancellable_from(facts, made),
        "a_year": amount_of_a_year(facts) if open_ended else None,
        "uses_points": uses_points(facts),
    }


@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/items")
@needs(Role.VIEWER)
def show_subscription_items(subscription_id: UUID) -> str:
    subscription = require_subscription(subscription_id)
    facts = facts_of(db.session, subscription, shop_frame())
    return page(
        "items.html", subscription, tab="items", facts=facts, coming=_coming(subscription), points_words=POINTS_USES
    )


@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/deliveries")
@needs(Role.VIEWER)
def show_subscription_deliveries(subscription_id: UUID) -> str:
    subscription = require_subscription(subscription_id)
    note_look("subscription.viewed", "subscription", subscription.id)
    facts = facts_of(db.session, subscription, shop_frame())
    return page(
        "deliveries.html",
        subscription,
        tab="deliveries",
        coming=_coming(subscription),
        dealt=_dealt(subscription),
        deadline=facts.timing.deadline(subscription.next_creation_on),
        generates=generates(shop_frame().rules),
        skips_allowed=shop_frame().rules.skips_allowed,
        most=MADE,
    )


def _dealt(subscription: Subscription) -> list[Dealt]:
    """Return the orders that refer to the subscription, and the skipped cycles, newest first."""
    mine = select(Order).where(Order.subscription_id == subscription.id, Order.shop_id == g.shop.id)
    orders = db.session.scalars(mine.order_by(Order.ordered_at.desc(), Order.id.desc()).limit(MADE)).all()
    cycles = select(SubscriptionOccurrence).filter_by(subscription_id=subscription.id)
    newest = cycles.order_by(SubscriptionOccurrence.at.desc(), SubscriptionOccurrence.id.desc()).limit(MADE)
    by_order: dict[UUID, SubscriptionOccurrence] = {}
    found: list[Dealt] = []
    for occurrence in db.session.scalars(newest):
        if occurrence.outcome == "ordered" and occurrence.order_id:
            by_order[occurrence.order_id] = occurrence
        elif occurrence.outcome == "skipped":
            found.append(Dealt(occurrence, None))
    found += [Dealt(by_order.get(order.id), order) for order in orders]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MADE]


@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/history")
@needs(Role.VIEWER)
def show_subscription_history(subscription_id: UUID) -> str:
    subscription = require_subscription(subscription_id)
    note_look("subscription.viewed", "subscription", subscription.id)
    told = history_of(db.session, g.shop, ("subscription", subscription.id), limit=HISTORY)
    asked = select(BuyerRequest).filter_by(shop_id=g.shop.id, subscription_id=subscription.id)
    newest = asked.order_by(BuyerRequest.created_at.desc(), BuyerRequest.id.desc()).limit(HISTORY)
    return page(
        "history.html",
        subscription,
        tab="history",
        history=told,
        changes=acknowledgments.of_subscription(db.session, subscription),
        requests=db.session.scalars(newest).all(),
        now=now(),
    )
