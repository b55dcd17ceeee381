"""Import of a whole file in one go, and which work belongs to which kind of file."""

from typing import Any

from sqlalchemy.orm import Session

from portal.importing.applying import history as histories
from portal.importing.applying.batches import Pace, Work, take_in
from portal.importing.applying.history import History, ImportFile, Report
from portal.importing.orders import work as orders
from portal.importing.shipments import work as shipments
from portal.importing.subscriptions import work as subscriptions
from portal.models import Shop
from portal.notifications.outbox import Mailroom


def import_file(
    session: Session, shop: Shop, file: ImportFile, *, mailroom: Mailroom, actor: str, pace: Pace
) -> Report:
    """Apply a whole file. A dry run keeps no history; its `pace.end_batch` rolls back."""
    kept = History() if pace.dry_run else histories.started(session, shop, file, actor=actor, now=pace.clock())
    return take_in(session, shop, file, work_of(session, shop, file, actor, mailroom), kept, pace)


def work_of(session: Session, shop: Shop, file: ImportFile, actor: str, mailroom: Mailroom) -> Work[Any]:
    if file.mapping.kind == "orders":
        return orders.work(session, shop, actor)
    if file.mapping.kind == "subscriptions":
        return subscriptions.work(session, shop, actor)
    return shipments.work(session, shop, actor, mailroom)
