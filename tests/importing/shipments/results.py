"""A carrier's results, row by row, and taking them in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.applying.history import Report
from portal.models import (
    OutboxMail,
    Shop,
)
from tests.conftest import Clock
from tests.importing.files import (
    shipped,
    table,
    take_in_shipments,
)

YAMATO, OTHER = "1234-5678-9010", "1234-5678-9021"


def take(session: Session, shop: Shop, clock: Clock, *rows: dict[str, str], mapping: str = "generic") -> Report:
    return take_in_shipments(session, shop, table(*rows), clock.forward(minutes=1), mapping=mapping)


def event(words: str, at: str = "2026/11/21 08:00", **cells: str) -> dict[str, str]:
    return shipped(配送日時=at, 配送状況=words, 配送場所="大阪ベース", **cells)


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMail.recipient).order_by(OutboxMail.id)))
