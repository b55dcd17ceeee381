"""今日の仕事: what needs a person, from every part of the shop. Each list is short; its count includes all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.models import (
    Base,
    BundleCandidate,
    BuyerRequest,
    Export,
    ImportRun,
    LoginLock,
    Order,
    OutboxMail,
    Rendition,
    Shop,
    Subscription,
    SubscriptionRules,
)
from portal.payments.rules.methods import PaymentClass, classify
from portal.subscriptions.generation import due
from portal.subscriptions.record.attention import Attention
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus

SHOWN = 5
RECENT = timedelta(days=30)
"""Time for which a failed mail, a refused row or unknown payment words are somebody's work."""
GIVEN_UP = 3
"""Tries after which a PDF that cannot be made needs a person."""


@dataclass(frozen=True)
class Matters:
    """Work of one kind: how much there is, and what has waited longest."""

    count: int
    first: Sequence[Any]


NOTHING = Matters(0, ())


@dataclass(frozen=True)
class UnknownWords:
    """Payment words that are not understood, and how many orders have them."""

    words: str
    orders: int


@dataclass(frozen=True)
class Today:
    requests: Matters
    orders: Matters
    payments: Sequence[UnknownWords]
    subscriptions: Matters
    """Subscriptions with 要対応; late ones are in `late`."""
    late: Matters
    """Subscriptions whose orders for past dates wait for a person."""
    bundles: Matters
    mails: Matters
    imports: Matters
    locks: Matters
    papers: Matters
    """PDFs that could not be made."""
    exports: Matters

    @property
    def is_clear(self) -> bool:
        of_people = self.requests.count + self.orders.count + self.bundles.count + self.locks.count
        of_people += self.subscriptions.count + self.late.count
        of_machines = self.mails.count + self.imports.count + self.papers.count + self.exports.count
        return not (self.payments or of_people or of_machines)


def today(session: Session, shop: Shop, rules: SubscriptionRules, now: datetime) -> Today:
    since = now - RECENT
    look = _Look(session, shop)
    return Today(
        requests=look.at(BuyerRequest, BuyerRequest.created_at, BuyerRequest.answered_at.is_(None)),
        orders=look.at(Order, Order.ordered_at, Order.needs_attention != ""),
        payments=_unknown_payments(session, shop, since),
        subscriptions=look.at(
            Subscription,
            Subscription.created_at,
            and_(Subscription.needs_attention),
            Subscription.deleted_at.is_(None),
            Subscription.attention_reason != Attention.LATE,
        ),
        late=look.at(Subscription, Subscription.next_delivery_on, *due.waiting(shop.id, tokyo_date(now)))
        if due.generates(rules)
        else NOTHING,
        bundles=look.at(BundleCandidate, BundleCandidate.created_at, BundleCandidate.state == "open"),
        mails=look.at(
            OutboxMail,
            OutboxMail.created_at,
            OutboxMail.state.in_(["failed", "unknown"]),
            OutboxMail.settled_at.is_(None),
            OutboxMail.created_at > since,
        ),
        imports=look.at(
            ImportRun,
            ImportRun.started_at,
            (ImportRun.refused > 0) | (ImportRun.refusal != ""),
            ImportRun.state.in_(["done", "refused"]),
            ImportRun.settled_at.is_(None),
            ImportRun.started_at > since,
        ),
        locks=look.at(LoginLock, LoginLock.locked_until, LoginLock.locked_until > now),
        papers=look.at(
            Rendition, Rendition.requested_at, Rendition.stored_at.is_(None), Rendition.attempts >= GIVEN_UP
        ),
        exports=look.at(Export, Export.requested_at, Export.state == "failed", Export.requested_at > since),
    )


@dataclass(frozen=True)
class _Look:
    session: Session
    shop: Shop

    def at(self, model: Any, oldest: InstrumentedAttribute[Any], *where: ColumnElement[bool]) -> Matters:
        of_shop: Select[tuple[Base]] = select(model).where(model.shop_id == self.shop.id, *where)
        count = self.session.scalar(select(func.count()).select_from(of_shop.subquery())) or 0
        first = self.session.scalars(of_shop.order_by(oldest, model.id).limit(SHOWN)).all() if count else []
        return Matters(count, first)


def _unknown_payments(session: Session, shop: Shop, since: datetime) -> list[UnknownWords]:
    """Return payment words that are not understood, the most frequent first.

    Left out are orders that were canceled or came back, which need no receipt, and those that staff have decided.
    """
    over = (OrderStatus.CANCELED, OrderStatus.RETURNED)
    rows = session.execute(
        select(Order.payment_method, func.count())
        .where(
            Order.shop_id == shop.id,
            Order.ordered_at > since,
            Order.status.not_in(over),
            Order.payment_class == "",
        )
        .group_by(Order.payment_method)
        .order_by(func.count().desc())
    )
    own = {words: PaymentClass(kind) for words, kind in shop.payment_words.items()}
    return [UnknownWords(words, count) for words, count in rows if classify(words, own) is PaymentClass.UNKNOWN]
