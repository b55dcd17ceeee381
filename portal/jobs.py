"""What the worker does. A job claims its rows, may run twice or side by side, and is found again by a sweep.

Jobs are plain functions that run in the application's context; `portal.worker` makes Celery tasks of them. Each is
an entry point: it asks the time, calls verbs and commits. To add one: write it, put it into JOBS, and, if it looks
for rows that a lost nudge left, into EVERY.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import card_returns, clock
from portal.access import sweeping
from portal.exports import verbs as exports
from portal.exports import writing
from portal.extensions import db
from portal.importing.runs import uploads, working
from portal.models import BundleCandidate, PaymentAttempt, Receipt, Rendition, Shop, SubscriptionRules
from portal.notifications import delivery
from portal.orders import notices
from portal.payments import attempts, capturing
from portal.ports import Attachment, GatewayDownError, Ports
from portal.receipts import downloads, renditions
from portal.shipments import bundling
from portal.shops import filling
from portal.staff import sweeping as staff_sweeping
from portal.subscriptions.cancellation import proof as cancellation_proof
from portal.subscriptions.changes import stopping
from portal.subscriptions.generation import notices as telling
from portal.subscriptions.generation import runs
from portal.subscriptions.generation.generating import Tally
from portal.subscriptions.payment import answers as payment_answers
from portal.subscriptions.payment import card_mails, registering

log = structlog.get_logger("mypage")

TOLD_A_RUN = 500
"""New orders of one shop in one transaction; the rest a minute later."""
MAILS_A_RUN = 20
"""After so many the run ends and asks for another one, so that a buyer's receipt can be rendered in between."""

PAYMENTS_A_RUN = 50
CARDS_A_RUN = 50
CAPTURES_A_COMMIT = 100
GENERATED_A_COMMIT = 100
GENERATING_WORKERS = 2
"""Sent to one shop's orders at once; the others see to mails and receipts."""
GENERATING_SLICE = timedelta(seconds=5)
"""Then a worker turns to what else waits."""
GENERATES = "job:generate_orders"
GROUPS_A_COMMIT = 50
"""Proposals put right at once: others wait for the database some tenths of a second at most."""


def begin() -> Session:
    return Session(db.engine, expire_on_commit=False)


def reading() -> Session:
    """On SQLite it takes no lock, and keeps nobody from writing."""
    return Session(db.engine.execution_options(begin="BEGIN"), expire_on_commit=False)


def ports() -> Ports:
    wired: Ports = current_app.extensions["ports"]
    return wired


def send_mails() -> None:
    """Send what is due. Nudged after every commit that posted a mail."""
    more = delivery.send_due(begin, mailer=ports().mailer, attachment=attachment, clock=clock.now, limit=MAILS_A_RUN)
    if more:
        nudge("send_mails")


def attachment(rendition_id: UUID) -> Attachment:
    """Raises LookupError while the PDF is not stored: the mail waits for it."""
    with begin() as session:
        rendition = session.get_one(Rendition, rendition_id)
        if rendition.kind == cancellation_proof.KIND:
            name = cancellation_proof.file_name(rendition.document["number"])
        else:
            receipt = session.scalars(select(Receipt).where(Receipt.rendition_id == rendition_id)).one()
            name = downloads.name_of_file(receipt)
    return Attachment(name, renditions.content(rendition, ports().documents))


def mark_stuck_mails() -> None:
    with begin() as session, session.begin():
        stuck = delivery.mark_stuck(session, clock.now())
    if stuck:
        log.warning("mails unknown", count=stuck)


def render(rendition_id: str) -> None:
    """Make one PDF. Nudged after every commit that asked for one."""
    renditions.make(begin, UUID(rendition_id), renderer=ports().renderer, store=ports().documents, clock=clock.now)


def render_left_out() -> None:
    """PDFs whose nudge was lost, whose worker died or that failed."""
    with begin() as session:
        waiting = renditions.left_out(session, clock.now())
    for rendition_id in waiting:
        nudge("render", str(rendition_id))


def forget_papers() -> None:
    with begin() as session, session.begin():
        renditions.forget_papers(session, ports().documents, clock.now())


def expire_mails() -> None:
    with begin() as session, session.begin():
        delivery.expire_bodies(session, clock.now())


def forget_old_access() -> None:
    with begin() as session, session.begin():
        sweeping.sweep(session, clock.now())
        staff_sweeping.sweep(session, clock.now())


def tell_received() -> None:
    """Announce new orders where the shop wants that."""
    with begin() as session:
        shop_ids = session.scalars(select(Shop.id).where(Shop.tells_orders_since.is_not(None))).all()
    told = 0
    for shop_id in shop_ids:
        with begin() as session, session.begin():
            shop = session.get_one(Shop, shop_id)
            room = current_app.extensions["mailroom"]
            told += notices.tell_received(session, room, shop, now=clock.now(), limit=TOLD_A_RUN)
    if told:
        nudge("send_mails")


def refresh_bundles() -> None:
    """Proposes orders for one parcel, and lets go what is none any more. Nudged after orders came in."""
    with reading() as session:
        proposing = select(BundleCandidate.shop_id).where(BundleCandidate.state == "open")
        shops = session.scalars(select(Shop).where(or_(Shop.bundling, Shop.id.in_(proposing)))).all()
        differing = {shop.id: bundling.differing(session, shop) for shop in shops}
    for shop_id, groups in differing.items():
        for start in range(0, len(groups), GROUPS_A_COMMIT):
            order_ids = frozenset[UUID]().union(*groups[start : start + GROUPS_A_COMMIT])
            with begin() as session, session.begin():
                shop = session.get_one(Shop, shop_id)
                bundling.refresh(session, shop, order_ids, actor="job:refresh_bundles", now=clock.now())


def fill_rates(shop_id: str) -> None:
    """Orders that wait for a tax rate, once the shop has said more about rates. Nudged after that."""
    filling.fill_all(begin, UUID(shop_id), actor="job:fill_rates", clock=clock.now)


def fill_rates_left_out() -> None:
    """Shops whose nudge was lost or whose worker died on the way."""
    with begin() as session:
        shop_ids = filling.left_out(session)
    for shop_id in shop_ids:
        nudge("fill_rates", str(shop_id))


def work_on_import(run_id: str) -> None:
    """Try or apply an uploaded file. Nudged after every commit that asked for it."""
    mailroom = current_app.extensions["mailroom"]
    more = working.carry_on(begin, UUID(run_id), store=ports().documents, mailroom=mailroom, clock=clock.now)
    for job in ("send_mails", "refresh_bundles", "ask_captures"):
        nudge(job)
    if more:
        nudge("work_on_import", run_id)


def imports_left_out() -> None:
    with begin() as session:
        waiting = working.left_out(session, clock.now())
    for run_id in waiting:
        nudge("work_on_import", str(run_id))


def forget_import_files() -> None:
    with begin() as session, session.begin():
        uploads.forget_files(session, ports().documents, clock.now())


def write_export(export_id: str) -> None:
    """Nudged after every commit that asked for a file."""
    if writing.carry_on(begin, UUID(export_id), store=ports().documents, clock=clock.now):
        nudge("write_export", export_id)


def exports_left_out() -> None:
    with begin() as session:
        waiting = writing.left_out(session, clock.now())
    for export_id in waiting:
        nudge("write_export", str(export_id))


def expire_exports() -> None:
    with begin() as session, session.begin():
        exports.expire(session, ports().documents, clock.now())


def settle_payments() -> None:
    """Ask the payment companies what is open. Nudged after every commit that asked for a payment."""

    def answered(session: Session, attempt: PaymentAttempt) -> None:
        room = current_app.extensions["mailroom"]
        payment_answers.answered(session, attempt, mailroom=room, actor="job:settle_payments", now=clock.now())

    asked = attempts.settle_due(begin, ports().gateways, answered=answered, clock=clock.now, limit=PAYMENTS_A_RUN)
    if asked:
        nudge("send_mails")
    if asked == PAYMENTS_A_RUN:
        nudge("settle_payments")


def ask_captures() -> None:
    """Money of orders that have shipped is taken, of those that ended let go. Nudged after shipments came in."""
    found = CAPTURES_A_COMMIT
    asked = 0
    while found == CAPTURES_A_COMMIT:
        with begin() as session, session.begin():
            found = capturing.ask_due(session, actor="job:ask_captures", now=clock.now(), limit=CAPTURES_A_COMMIT)
        asked += found
    if asked:
        nudge("settle_payments")


def settle_cards() -> None:
    """Set-ups whose buyer did not come back and whose message from the company was lost; in the end they are over."""
    with reading() as session:
        found = registering.open_ones(session, ports().gateways.keys(), clock.now(), CARDS_A_RUN)
    for one in found:
        is_over = one.started_at < clock.now() - registering.OVER_AFTER
        try:
            is_written = card_returns.look_up(one.id, one.gateway, one.reference, gives_up=is_over)
        except GatewayDownError:
            return
        for job in card_returns.NUDGES if is_written else ():
            nudge(job)


def tell_cards() -> None:
    """Cards that expire soon, or have expired, where the shop lets the mails go out by themselves."""
    with begin() as session:
        telling = session.scalars(select(SubscriptionRules).where(SubscriptionRules.card_mails)).all()
    told = 0
    for rules in telling:
        with begin() as session, session.begin():
            room = current_app.extensions["mailroom"]
            told += card_mails.tell(session, room, rules, actor="job:tell_cards", now=clock.now(), limit=TOLD_A_RUN)
    if told:
        nudge("send_mails")


def resume_subscriptions() -> None:
    """Suspended ones whose resume date has come."""
    with begin() as session:
        shop_ids = stopping.shops_with_due(session, clock.now())
    for shop_id in shop_ids:
        resumed = stopping.AT_ONCE
        while resumed == stopping.AT_ONCE:
            with begin() as session, session.begin():
                resumed = stopping.resume_due(session, shop_id, actor="job:resume_subscriptions", now=clock.now())


def generate_orders(only_shop: str = "") -> None:
    """Opens the day's run of every shop whose subscriptions are due, and sends workers; closes what is finished.

    `only_shop`: staff have opened its run themselves, and nobody works on it yet.
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


def generate_chunk(shop_id: str) -> None:
    """Some seconds of a shop's orders. As many workers as there are may do it at once."""
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


def tell_deliveries() -> None:
    """Buyers of orders that were made, and of deliveries that come soon, where the shop wants that."""
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


# --- which jobs there are --------------------------------------------------------------------------------------------
JOBS: Mapping[str, Callable[..., None]] = {
    job.__name__: job
    for job in (
        send_mails,
        mark_stuck_mails,
        expire_mails,
        forget_old_access,
        render,
        render_left_out,
        forget_papers,
        fill_rates,
        fill_rates_left_out,
        refresh_bundles,
        tell_received,
        work_on_import,
        imports_left_out,
        forget_import_files,
        write_export,
        exports_left_out,
        expire_exports,
        settle_payments,
        ask_captures,
        settle_cards,
        tell_cards,
        resume_subscriptions,
        generate_orders,
        generate_chunk,
        tell_deliveries,
    )
}
EVERY: Mapping[str, timedelta] = {
    "send_mails": timedelta(seconds=30),
    "mark_stuck_mails": timedelta(minutes=5),
    "expire_mails": timedelta(minutes=10),
    "forget_old_access": timedelta(hours=1),
    "render_left_out": timedelta(seconds=30),
    "forget_papers": timedelta(hours=1),
    "fill_rates_left_out": timedelta(minutes=1),
    "refresh_bundles": timedelta(minutes=1),
    "tell_received": timedelta(minutes=1),
    "imports_left_out": timedelta(seconds=30),
    "forget_import_files": timedelta(hours=1),
    "exports_left_out": timedelta(seconds=30),
    "expire_exports": timedelta(hours=1),
    "settle_payments": timedelta(seconds=30),
    "ask_captures": timedelta(minutes=1),
    "settle_cards": timedelta(minutes=10),
    "tell_cards": timedelta(hours=1),
    "resume_subscriptions": timedelta(minutes=10),
    "generate_orders": timedelta(minutes=1),
    "tell_deliveries": timedelta(minutes=1),
}
"""The sweeps. Two schedulers only make them run twice as often."""


def nudge(job: str, *args: str | int) -> None:
    """Ask a worker to run `job` soon; call it after the commit. Never fails: a sweep finds what a lost nudge left."""
    if job not in JOBS:
        raise ValueError(f"no such job: {job}")
    queue = current_app.extensions["celery"]
    try:
        queue.send_task(job, args, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - each broker has its own, and none of them may reach the buyer
        log.warning("nudge lost", job=job, error=type(error).__name__)
