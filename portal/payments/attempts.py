"""Attempts: questions to a payment company, stored before a job asks them. The answer is written with its consequences.

asked → done | refused. A worker that dies between question and answer leaves its attempt asked; the next one looks the
payment up by our reference before it asks again, so nobody is charged twice and no answer is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.models import Card, Order, PaymentAttempt, Subscription
from portal.models.base import new_id
from portal.models.payment import OPEN
from portal.models.upsert import insert_if_absent
from portal.payments import company
from portal.payments.company import Answer, Question
from portal.payments.rules.wallets import Way, way_of
from portal.ports import PaymentGateway
from portal.values.states import OrderStatus

log = structlog.get_logger("mypage")

CLAIM_LASTS = timedelta(minutes=2)
"""Time a worker has for one question, longer than any may take; after that another worker may take over."""


class Kind(StrEnum):
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"


class Authorised(StrEnum):
    """Values of `Order.authorised`, which is empty if nothing of the order is paid through us."""

    NONE = "none"
    """Nothing to take: ¥0, no consent at the wallet, or released after a cancellation. Shown as 「--」."""
    HELD = "held"
    """Asked but not answered, or refused: we may not take the money."""
    DONE = "done"
    CAPTURED = "captured"


class Asking(TypedDict):
    """What the payment company is to be asked."""

    kind: str
    card_id: UUID | None
    """Card to be charged; None for the subscription's agreement at the wallet."""
    amount: int
    gateway: str
    payment_reference: NotRequired[str]
    """Payment to capture or void."""
    actor: str
    now: datetime


# --- asking ------------------------------------------------------------------------------------------------------------
def ask(
    session: Session,
    order: Order,
    **asking: Unpack[Asking],
) -> PaymentAttempt:
    """Store an attempt in the caller's transaction, or return the open one of this kind.

    After the commit the caller nudges "settle_payments".
    """
    session.flush()
    of_kind = (PaymentAttempt.order_id == order.id, PaymentAttempt.kind == asking["kind"])
    open_one = session.scalars(select(PaymentAttempt).where(*of_kind, PaymentAttempt.state == "asked")).first()
    if open_one is not None:
        return open_one
    so_far = session.scalar(select(func.count()).where(*of_kind)) or 0
    row = new_row(shop_id=order.shop_id, order_id=order.id, number=so_far + 1, **asking)
    insert_if_absent(session, PaymentAttempt, row, ["idempotency_key"])
    return session.scalars(select(PaymentAttempt).filter_by(idempotency_key=row["idempotency_key"])).one()


def new_row(*, shop_id: UUID, order_id: UUID, number: int = 1, **asking: Unpack[Asking]) -> dict[str, Any]:
    """Return the row that `ask` writes. Raise ValueError for ¥0, unless it is to void.

    `number`: counts the order's attempts of this kind; for an order that is being made it is 1 without looking.
    """
    kind, amount = asking["kind"], asking["amount"]
    if amount <= 0 and kind != Kind.VOID:
        raise ValueError("¥0 is nothing to ask for")
    return {
        "id": new_id(),
        "shop_id": shop_id,
        "order_id": order_id,
        "card_id": asking["card_id"],
        "kind": str(kind),
        "gateway": asking["gateway"],
        "amount": amount,
        # Of two callers at the same moment the second finds this key taken.
        "idempotency_key": f"{order_id.hex}-{kind}-{number}",
        "payment_reference": asking.get("payment_reference", ""),
        "actor": asking["actor"],
        "asked_at": asking["now"],
        "next_try_at": asking["now"],
    }


def standing_authorisation(session: Session, order_id: UUID) -> PaymentAttempt | None:
    """Return the newest granted authorization; the caller checks whether it has lapsed or was captured since."""
    granted = select(PaymentAttempt).where(
        PaymentAttempt.order_id == order_id, PaymentAttempt.kind == Kind.AUTHORISE, PaymentAttempt.state == "done"
    )
    return session.scalars(granted.order_by(PaymentAttempt.asked_at.desc(), PaymentAttempt.id.desc()).limit(1)).first()


def last_of(session: Session, order_id: UUID) -> PaymentAttempt | None:
    """Return the newest attempt of any kind, which tells how the order's payment stands."""
    newest = select(PaymentAttempt).where(PaymentAttempt.order_id == order_id)
    return session.scalars(newest.order_by(PaymentAttempt.asked_at.desc(), PaymentAttempt.id.desc()).limit(1)).first()


# --- the job's part ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Claimed:
    attempt_id: UUID
    question: Question


def settle_due(
    begin: Callable[[], Session],
    gateways: Mapping[str, PaymentGateway],
    *,
    answered: Callable[[Session, PaymentAttempt], None],
    clock: Callable[[], datetime],
    limit: int,
) -> int:
    """Ask the companies about up to `limit` open attempts, one after the other; return how many.

    `answered` carries out what an answer means, in the transaction that writes it: never one without the other.
    """
    for asked in range(limit):
        with begin() as session, session.begin():
            claimed = claim(session, clock())
        if claimed is None:
            return asked
        answer = company.ask(claimed.question, gateways, clock)
        with begin() as session, session.begin():
            attempt = settle(session, claimed.attempt_id, answer, clock())
            if attempt is not None:
                answered(session, attempt)
        log.info("payment", key=claimed.question.key, state=answer.state, reason=answer.reason)
    return limit


def claim(session: Session, now: datetime) -> Claimed | None:
    """Claim the open attempt that has waited longest, or return None if none is due.

    Workers skip each other's rows on PostgreSQL and queue up on SQLite.
    """
    attempt = session.scalars(
        select(PaymentAttempt)
        .where(OPEN, PaymentAttempt.next_try_at <= now)
        .order_by(PaymentAttempt.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if attempt is None:
        return None
    attempt.tries += 1
    attempt.next_try_at = now + CLAIM_LASTS
    order = session.get_one(Order, attempt.order_id)
    authorisation = standing_authorisation(session, order.id) if attempt.kind != Kind.AUTHORISE else None
    return Claimed(
        attempt.id,
        Question(
            kind=attempt.kind,
            gateway=attempt.gateway,
            key=attempt.idempotency_key,
            amount=attempt.amount,
            source=_source(session, attempt, order),
            lacks=company.NO_CONSENT if way_of(order.payment_method) is Way.WALLET else company.NO_SOURCE,
            payment_reference=attempt.payment_reference,
            authorised_by=authorisation.idempotency_key if authorisation else "",
            tries=attempt.tries,
            is_wanted=order.status not in (OrderStatus.CANCELED, OrderStatus.RETURNED),
        ),
    )


def settle(session: Session, attempt_id: UUID, answer: Answer, now: datetime) -> PaymentAttempt | None:
    """Write the answer once; return None if none came or another worker has written it."""
    still_asked = (PaymentAttempt.id == attempt_id, PaymentAttempt.state == "asked")
    if answer.state == "asked":
        later = {"next_try_at": answer.next_try_at, "reason": answer.reason}
        session.execute(update(PaymentAttempt).where(*still_asked).values(later))
        return None
    values = {"state": answer.state, "reason": answer.reason[:100], "answered_at": now, "next_try_at": None}
    values["lapses_at"] = answer.lapses_at
    if answer.payment_reference:
        values["payment_reference"] = answer.payment_reference
    written = session.execute(update(PaymentAttempt).where(*still_asked).values(values).returning(PaymentAttempt.id))
    if written.one_or_none() is None:
        return None
    return session.get_one(PaymentAttempt, attempt_id, populate_existing=True)


def _source(session: Session, attempt: PaymentAttempt, order: Order) -> str:
    """Return the card's reference or the wallet's agreement, empty if there is none; a deleted card pays nothing."""
    if attempt.card_id is not None:
        card = session.get_one(Card, attempt.card_id)
        return "" if card.deleted_at else card.reference
    # An agreement is a consent to payments by this wallet, not to whatever else is open.
    if order.subscription_id is None or way_of(order.payment_method) is not Way.WALLET:
        return ""
    return session.get_one(Subscription, order.subscription_id).wallet_agreement
