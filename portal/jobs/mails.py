"""Jobs for the outbox: send what is due, mark mails whose worker died while sending, delete old texts."""

from uuid import UUID

import structlog
from sqlalchemy import select

from portal import clock
from portal.jobs.context import begin, ports
from portal.jobs.queue import job, nudge
from portal.models import Receipt, Rendition
from portal.notifications import delivery
from portal.ports import Attachment
from portal.receipts import downloads, renditions
from portal.subscriptions.cancellation import proof as cancellation_proof

log = structlog.get_logger("mypage")

MAILS_A_RUN = 20
"""Most mails of a run, which then asks for another run, so that a buyer's receipt can be rendered in between."""


@job
def send_mails() -> None:
    """Send what is due. Nudged after every commit that posted a mail."""
    more = delivery.send_due(begin, mailer=ports().mailer, attachment=attachment, clock=clock.now, limit=MAILS_A_RUN)
    if more:
        nudge("send_mails")


def attachment(rendition_id: UUID) -> Attachment:
    """Return a mail's PDF. Raise LookupError while it is not stored: the mail waits for it."""
    with begin() as session:
        rendition = session.get_one(Rendition, rendition_id)
        if rendition.kind == cancellation_proof.KIND:
            name = cancellation_proof.file_name(rendition.document["number"])
        else:
            receipt = session.scalars(select(Receipt).where(Receipt.rendition_id == rendition_id)).one()
            name = downloads.name_of_file(receipt)
    return Attachment(name, renditions.content(rendition, ports().documents))


@job
def mark_stuck_mails() -> None:
    with begin() as session, session.begin():
        stuck = delivery.mark_stuck(session, clock.now())
    if stuck:
        log.warning("mails unknown", count=stuck)


@job
def expire_mails() -> None:
    with begin() as session, session.begin():
        delivery.expire_bodies(session, clock.now())
