"""Papers as given: written down at the first download of each content, searched, and forgotten after their years."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.models import Order, Paper, Rendition, Shop
from portal.models.upsert import insert_if_absent
from portal.ports import DocumentStore
from portal.receipts import renditions
from portal.receipts.rules.counterparty import search_key
from portal.receipts.rules.keeping import YEARS, given_before
from portal.receipts.rules.question import PaperCursor, PaperQuestion
from portal.values.dates import tokyo_date

N_ = str
"""Marks a text to be collected for translation; whoever shows it translates it."""
NAMES = {"statement": N_("購入明細書"), "delivery_note": N_("納品書"), "return_invoice": N_("返還インボイス")}
"""Kind → what the paper is called."""
UNDATED = ("issued_on",)
"""Fields that do not make a paper another one: whoever takes it again tomorrow gets the file of today."""
COUNTED = 100_000
"""Most rows to be counted; beyond that the page only says that there are more."""


@dataclass(frozen=True)
class Facts:
    """What the law has papers searched by."""

    transaction_on: date
    amount: int | None
    counterparty: str


def give(
    session: Session, order: Order, *, kind: str, document: Mapping[str, Any], facts: Facts, now: datetime
) -> Rendition:
    """Return the paper with this content, written down if it was never given before. The caller commits."""
    rendition = renditions.request(
        session, shop_id=order.shop_id, order_id=order.id, kind=kind, document=document, now=now, undated=UNDATED
    )
    row = {
        "shop_id": order.shop_id,
        "order_id": order.id,
        "kind": kind,
        "rendition_id": rendition.id,
        "given_on": tokyo_date(rendition.requested_at),
        "transaction_on": facts.transaction_on,
        "amount": facts.amount,
        "counterparty": facts.counterparty,
        "counterparty_key": search_key(facts.counterparty),
    }
    insert_if_absent(session, Paper, row, ["rendition_id"])
    return rendition


def search(
    session: Session, shop_id: UUID, question: PaperQuestion, *, after: PaperCursor | None = None, limit: int
) -> Sequence[Paper]:
    """Return the papers that fit, newest transaction first, with their orders and digests."""
    query = (
        select(Paper)
        .where(*_fitting(shop_id, question))
        .join(Paper.order)
        .options(contains_eager(Paper.order), joinedload(Paper.rendition).load_only(Rendition.sha256))
    )
    if after is not None:
        query = query.where(tuple_(Paper.transaction_on, Paper.id) < (after.transaction_on, after.id))
    return session.scalars(query.order_by(Paper.transaction_on.desc(), Paper.id.desc()).limit(limit)).all()


def count(session: Session, shop_id: UUID, question: PaperQuestion) -> int:
    """Count the papers that fit, up to one more than `COUNTED`."""
    some = select(Paper.id).where(*_fitting(shop_id, question)).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _fitting(shop_id: UUID, question: PaperQuestion) -> Iterator[ColumnElement[bool]]:
    yield Paper.shop_id == shop_id
    if question.since:
        yield Paper.transaction_on >= question.since
    if question.until:
        yield Paper.transaction_on <= question.until
    if question.at_least is not None:
        yield Paper.amount >= question.at_least
    if question.at_most is not None:
        yield Paper.amount <= question.at_most
    if question.kind:
        yield Paper.kind == question.kind
    if key := search_key(question.counterparty):
        yield Paper.counterparty_key.contains(key, autoescape=True)


def forget(session: Session, store: DocumentStore, now: datetime, *, limit: int = 500) -> int:
    """Delete papers that no law asks for any more, oldest first, and return how many."""
    today, forgotten = tokyo_date(now), 0
    for shop in session.scalars(select(Shop)).all():
        until = given_before(today, fiscal_month=shop.fiscal_month or 0, years=YEARS[shop.ten_years])
        old = select(Paper).where(
            Paper.shop_id == shop.id, Paper.given_on <= until, Paper.kind.in_(("statement", "delivery_note"))
        )
        for paper in session.scalars(old.order_by(Paper.given_on, Paper.id).limit(limit - forgotten)).all():
            session.delete(paper)
            renditions.delete(session, paper.rendition, store)
            forgotten += 1
    return forgotten
