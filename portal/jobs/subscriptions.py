"""Jobs for subscriptions: resume them, make their orders, tell buyers of deliveries."""

from datetime import timedelta
from uuid import UUID

from flask import current_app

from portal import clock
from portal.jobs.context import TOLD_A_RUN, begin, reading
from portal.jobs.queue import job, nudge
from portal.models import Shop
from portal.subscriptions.changes import stopping
from portal.subscriptions.generation import notices as telling
from portal.subscriptions.generation import runs
from portal.subscriptions.generation.generating import Tally

GENERATED_A_COMMIT = 100
GENERATING_WORKERS = 2
"""Workers sent to one shop's orders at once; the others see to mails and receipts."""
GENERATING_SLICE = timedelta(seconds=5)
"""Time after which a worker turns to the other jobs that wait."""
GENERATES = "job:generate_orders"


@job
def resume_subscriptions() -> None:
    """Resume suspended subscriptions whose resume date has come."""
    with begin() as session:
        shop_ids = stopping.shops_with_due(session, clock.now())
    for shop_id in shop_ids:
        resumed = stopping.AT_ONCE
        while resumed == stopping.AT_ONCE:
            with begin() as session, session.begin():
                resumed = stopping.resume_due(session, shop_id, actor="job:resume_subscriptions", now=clock.now())


@job
def generate_orders(only_shop: str = "") -> None:
    """Open the day's run of every shop whose subscriptions are due, and send workers; close finished runs.

    With `only_shop`, see to that shop only: staff have opened its run themselves, and nobody works on it yet.
    """
    with reading() as session:
        shop_ids = [UUID(only_shop)] if only_shop else runs.shops(session)
    for shop_id in shop_ids:
        flagged = GENERATED_A_COMMIT
        while flagged == GENERATED_A_COMMIT:
            with begin() as session, session.begin():
                flagged = runs.flag_waiting(
                    session, shop_id, actor=GENERATES, now=clock.now(), limit=GENERATED_A_COMMIT
                )
        with begin() as session, session.begin():
            is_due = runs.look_after(session, shop_id, now=clock.now())
        for _ in range(GENERATING_WORKERS if is_due or only_shop else 0):
            nudge("generate_chunk", str(shop_id))


@job
def generate_chunk(shop_id: str) -> None:
    """Make a shop's orders for some seconds. As many workers as there are may do it at once."""
    until = clock.now() + GENERATING_SLICE
    found = Tally()
    while True:
        with begin() as session, session.begin():
            part = runs.make_chunk(session, UUID(shop_id), actor=GENERATES, now=clock.now(), limit=GENERATED_A_COMMIT)
        found.add(part)
        if not part.done or clock.now() >= until:
            break
    if found.asks:
        nudge("settle_payments")
    if part.done:
        nudge("generate_chunk", shop_id)
    elif found.done:
        nudge("refresh_bundles")


@job
def tell_deliveries() -> None:
    """Tell buyers of orders that were made and of deliveries that come soon, for shops that want it."""
    with reading() as session:
        shop_ids = telling.shops(session)
    told = 0
    room = current_app.extensions["mailroom"]
    for shop_id in shop_ids:
        for tell in (telling.tell_generated, telling.tell_upcoming):
            with begin() as session, session.begin():
                shop = session.get_one(Shop, shop_id)
                told += tell(session, room, shop, now=clock.now(), limit=TOLD_A_RUN)
    if told:
        nudge("send_mails")
