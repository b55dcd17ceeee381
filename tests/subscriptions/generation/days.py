"""Helpers of the generation tests: a day in Tokyo, the jobs, and what they left."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.subscriptions import generate_chunk, generate_orders
from portal.models import (
    GenerationRun,
    Order,
    Shop,
    Subscription,
    SubscriptionOccurrence,
)
from portal.values.dates import TOKYO
from tests.conftest import Clock


def in_tokyo(day: date, at: str = "06:00") -> datetime:
    return datetime.combine(day, time.fromisoformat(at), TOKYO).astimezone(UTC)


def run(app: Flask, session: Session, clock: Clock, shop: Shop, day: date, at: str = "06:00") -> None:
    """Run the sweep and one worker at this time in Tokyo."""
    shop_id = str(shop.id)
    # No transaction stays open, so that the session reads afterwards what the jobs left.
    session.commit()
    clock.instant = in_tokyo(day, at)
    with app.app_context():
        generate_orders()
        generate_chunk(shop_id)
    session.expire_all()


def orders_of(session: Session, subscription: Subscription) -> Sequence[Order]:
    mine = select(Order).where(Order.subscription_id == subscription.id).order_by(Order.cycle_number)
    return session.scalars(mine).all()


def outcomes(session: Session, subscription: Subscription) -> list[tuple[date, str]]:
    """Return (nominal date, outcome) of each cycle that was dealt with."""
    mine = select(SubscriptionOccurrence).filter_by(subscription_id=subscription.id)
    return [(one.anchor_on, one.outcome) for one in session.scalars(mine.order_by(SubscriptionOccurrence.anchor_on))]


def run_of(session: Session, day: date) -> GenerationRun:
    return session.scalars(select(GenerationRun).filter_by(day=day)).one()


CREATION = date(2026, 12, 4)
"""Creation date of the cast's subscription, delivered on 2026-12-15: four days to ship, a week before that."""
