"""Asking a payment company: the attempt is stored first, a job asks, and what was answered is written with what it does.

asked → done | refused. A worker that dies between question and answer leaves its attempt asked; the next one looks the
payment up by our reference before it asks again, so nobody is charged twice and no answer is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
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
"""Longer than any question to a company may take; a worker that died is followed by another after that."""


class Kind(StrEnum):
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"


class Authorised(StrEnum):
    """`Order.authorised`; empty besides these: nothing of the order goes through us."""

    NONE = "none"
    """Nothing to ask: ¥0, no consent at the wallet, or let go after a cancellation. Shown as 「--」."""
    HELD = "held"
    """Asked, or refused: the money is not ours to take."""
    DONE = "done"
    CAPTURED = "captured"


# --- asking ------------------------------------------------------------------------------------------------------------
def ask(
    session: Session,
    order: Order,
    *,
    kind: str,
    card_id: UUID | None,
    amount: int,
    gateway: str,
    actor: str,
    now: datetime,
    payment_reference: str = "",
) -> PaymentAttempt:
    """Written in the caller's transaction; after its commit `nudge("settle_payments")`. One that is open stays the one.

    Without a card the wallet's agreement of the subscription is used. `payment_reference`: what to capture or void.
    """
    session.flush()
    of_kind = (PaymentAttempt.order_id == order.id, PaymentAttempt.kind == kind)
    open_one = session.scalars(select(PaymentAttempt).where(*of_kind, PaymentAttempt.state == "asked")).first()
    if open_one is not None:
        return open_one
    so_far = session.scalar(select(func.count()).where(*of_kind)) or 0
    row = new_row(
        shop_id=order.shop_id,
        order_id=order.id,
        number=so_far + 1,
        kind=kind,
        card_id=card_id,
        amount=amount,
        gateway=gateway,
        payment_reference=payment_reference,
        actor=actor,
        now=now,
    )
    insert_if_absent(session, PaymentAttempt, row, ["idempotency_key"])
    return session.scalars(select(PaymentAttempt).filter_by(idempotency_key=row["idempotency_key"])).one()


def new_row(
    *,
    shop_id: UUID,
    order_id: UUID,
    number: int = 1,
    kind: str,
    card_id: UUID | None,
    amount: int,
    gateway: str,
    actor: str,
    now: datetime,
    payment_reference: str = "",
) -> dict[str, Any]:
    """As `ask` writes it. `number` of its kind: an order that is being made has none before, and need not be asked for."""
    if amount <= 0 and kind != Kind.VOID:
        raise ValueError("¥0 is nothing to ask for")
    return {
        "id": new_id(),
        "shop_id": shop_id,
        "order_id": order_id,
        "card_id": card_id,
        "kind": str(kind),
        "gateway": gateway,
        "amount": amount,
        # Of two who ask at the same moment the second finds this key taken.
        "idempotency_key": f"{order_id.hex}-{kind}-{number}",
        "payment_reference": payment_reference,
        "actor": actor,
        "asked_at": now,
        "next_try_at": now,
    }


def standing_authorisation(session: Session, order_id: UUID) -> PaymentAttempt | None:
    """The newest that was granted; whether it has lapsed or been captured since is for the caller."""
    granted = select(PaymentAttempt).where(
        PaymentAttempt.order_id == order_id, PaymentAttempt.kind == Kind.AUTHORISE, PaymentAttempt.state == "done"
    )
    return session.scalars(granted.order_by(PaymentAttempt.asked_at.desc(), PaymentAttempt.id.desc()).limit(1)).first()


def last_of(session: Session, order_id: UUID) -> PaymentAttempt | None:
    """What is to be told of an order's payment: the newest attempt of any kind."""
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
    """Asks for up to `limit` open attempts, one after the other; how many it was.

    `answered` does what an answer means, in the transaction that writes it: never the one without the other.
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
    """The open attempt that has waited longest. Workers skip each other's on PostgreSQL and queue up on SQLite."""
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
            payment_reference=attempt.payment_reference,
            authorised_by=authorisation.idempotency_key if authorisation else "",
            tries=attempt.tries,
            is_wanted=order.status not in (OrderStatus.CANCELLED, OrderStatus.RETURNED),
        ),
    )


def settle(session: Session, attempt_id: UUID, answer: Answer, now: datetime) -> PaymentAttempt | None:
    """Writes an answer once; None: none came, or another worker has written it."""
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
    """A card that was deleted pays nothing any more."""
    if attempt.card_id is not None:
        card = session.get_one(Card, attempt.card_id)
        return "" if card.deleted_at else card.reference
    # An agreement is a consent to this wallet's payments, not to whatever stands open.
    if order.subscription_id is None or way_of(order.payment_method) is not Way.WALLET:
        return ""
    return session.get_one(Subscription, order.subscription_id).wallet_agreement
