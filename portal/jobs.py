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

from portal import clock
from portal.access import sweeping
from portal.extensions import db
from portal.models import BundleCandidate, Receipt, Shop
from portal.notifications import delivery
from portal.ports import Attachment, Ports
from portal.receipts import downloads, renditions
from portal.shipments import bundling
from portal.staff import sweeping as staff_sweeping

log = structlog.get_logger("mypage")

MAILS_A_RUN = 20
"""After so many the run ends and asks for another one, so that a buyer's receipt can be rendered in between."""


def begin() -> Session:
    return Session(db.engine, expire_on_commit=False)


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
        receipt = session.scalars(select(Receipt).where(Receipt.rendition_id == rendition_id)).one()
        name, rendition = downloads.name_of_file(receipt), receipt.rendition
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


def refresh_bundles() -> None:
    """Proposes orders for one parcel, and lets go what is none any more. Nudged after orders came in."""
    with begin() as session:
        proposing = select(BundleCandidate.shop_id).where(BundleCandidate.state == "open")
        shop_ids = session.scalars(select(Shop.id).where(or_(Shop.bundling, Shop.id.in_(proposing)))).all()
    for shop_id in shop_ids:
        with begin() as session, session.begin():
            shop = session.get_one(Shop, shop_id)
            bundling.refresh(session, shop, actor="job:refresh_bundles", now=clock.now())


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
        refresh_bundles,
    )
}
EVERY: Mapping[str, timedelta] = {
    "send_mails": timedelta(seconds=30),
    "mark_stuck_mails": timedelta(minutes=5),
    "expire_mails": timedelta(minutes=10),
    "forget_old_access": timedelta(hours=1),
    "render_left_out": timedelta(seconds=30),
    "forget_papers": timedelta(hours=1),
    "refresh_bundles": timedelta(minutes=1),
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
