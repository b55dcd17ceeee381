"""Entering what was paid and what was given back, and withdrawing a mistake. The order's payment state follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import MoneyMovement, Order
from portal.models.base import new_id
from portal.orders import changes as order_changes
from portal.payments.rules.balance import Kind, refunds_by_rate, state_after
from portal.payments.rules.methods import PaymentClass, classify
from portal.payments.rules.payment_states import PaymentState
from portal.values.dates import tokyo_date


class EntryRefusal(StrEnum):
    DAY = "day"
    """The day lies before the order or in the future."""
    TOO_MUCH = "too_much"
    """More would be given back than the order came to, or than was received."""


@dataclass(frozen=True)
class Entry:
    kind: Kind
    moved_on: date
    amount: int
    rates: Mapping[int, int]
    """Rate → yen of a refund, empty if it is not known."""
    means: str = ""
    goods: str = ""
    reason: str = ""


def movements_of(session: Session, order: Order) -> list[MoneyMovement]:
    """List payments and refunds in the order of their days, withdrawn ones included."""
    rows = select(MoneyMovement).filter_by(shop_id=order.shop_id, order_id=order.id)
    return list(session.scalars(rows.order_by(MoneyMovement.moved_on, MoneyMovement.id)))


def enter(
    session: Session, order: Order, entry: Entry, *, entry_key: UUID, actor: str, now: datetime
) -> MoneyMovement | EntryRefusal:
    """Enter a payment or refund of the locked order, once per form however often it is sent. The caller commits."""
    there = movements_of(session, order)
    done = next((one for one in there if one.entry_key == entry_key.hex), None)
    if done is not None:
        return done
    if not tokyo_date(order.ordered_at) <= entry.moved_on <= tokyo_date(now):
        return EntryRefusal.DAY
    if entry.kind is Kind.REFUND and order.refunded + entry.amount > max(order.total, order.received):
        return EntryRefusal.TOO_MUCH
    row = MoneyMovement(
        id=new_id(),
        shop_id=order.shop_id,
        order_id=order.id,
        kind=str(entry.kind),
        moved_on=entry.moved_on,
        amount=entry.amount,
        rates={str(rate): yen for rate, yen in entry.rates.items()},
        means=entry.means,
        goods=entry.goods,
        reason=entry.reason,
        source="staff",
        entry_key=entry_key.hex,
        actor=actor,
        created_at=now,
    )
    session.add(row)
    _follow(session, order, [*there, row], "order.money_entered", row, actor=actor, now=now)
    return row


def withdraw(session: Session, order: Order, row: MoneyMovement, *, actor: str, now: datetime) -> bool:
    """Take back what was entered by mistake and return whether this call did it."""
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at, row.withdrawn_by = now, actor
    _follow(session, order, movements_of(session, order), "order.money_withdrawn", row, actor=actor, now=now)
    return True


def follow_file(
    session: Session,
    order: Order,
    *,
    said: PaymentState | None,
    refunded: int | None,
    actor: str,
    now: datetime,
) -> dict[str, audit.Change]:
    """Set the order's columns to what a file says now beside what was entered by hand; return what changed.

    `refunded`: all that was ever given back, as files say it; what is entered by hand explains a part of it.
    """
    rows = movements_of(session, order)
    if refunded is not None:
        rows += _of_file(session, order, rows, refunded, actor=actor, now=now)
    order.payment_said = str(said or order.payment_said)
    columns = _columns(order, rows)
    if said is not None and not _has_payment(rows):
        columns["payment_state"] = str(said)
    return _put(order, columns)


def file_refund(order: Mapping[str, Any], *, actor: str, now: datetime) -> dict[str, Any]:
    """Return the row of the refund that a file says of a new order, given as its columns."""
    return {
        "id": new_id(),
        "shop_id": order["shop_id"],
        "order_id": order["id"],
        "kind": str(Kind.REFUND),
        "amount": order["refunded"],
        "moved_on": tokyo_date(now),
        "rates": {},
        "means": "",
        "goods": "",
        "reason": "",
        "source": "file",
        "entry_key": new_id().hex,
        "actor": actor,
        "created_at": now,
        "withdrawn_by": "",
    }


def _of_file(
    session: Session, order: Order, rows: Sequence[MoneyMovement], refunded: int, *, actor: str, now: datetime
) -> list[MoneyMovement]:
    """Let the file's own refunds come to what is not entered by hand, and return the row that is new."""
    refunds = [one for one in rows if one.kind == Kind.REFUND and one.withdrawn_at is None]
    files = [one for one in refunds if one.source == "file"]
    wanted = max(refunded - sum(one.amount for one in refunds if one not in files), 0)
    if sum(one.amount for one in files) == wanted:
        return []
    for one in files:
        one.withdrawn_at, one.withdrawn_by = now, actor
    if not wanted:
        return []
    of_order = {"shop_id": order.shop_id, "id": order.id, "refunded": wanted}
    new = MoneyMovement(**file_refund(of_order, actor=actor, now=now))
    session.add(new)
    return [new]


def _columns(order: Order, rows: Sequence[MoneyMovement]) -> dict[str, Any]:
    """Return the columns of the order that follow from its rows."""
    live = [one for one in rows if one.withdrawn_at is None]
    payments = [one for one in live if one.kind == Kind.PAYMENT]
    received = sum(one.amount for one in payments)
    refunds = [one for one in live if one.kind == Kind.REFUND]
    by_rate = refunds_by_rate((one.amount, {int(rate): yen for rate, yen in one.rates.items()}) for one in refunds)
    state = state_after(PaymentState(order.payment_said), received, order.total)
    return {
        # Without any payment the state is what the file, staff or the payment company last said.
        "payment_state": str(state) if _has_payment(rows) else order.payment_state,
        "received": received,
        "received_by_card": sum(one.amount for one in payments if classify(one.means) is PaymentClass.CARD),
        "refunded": sum(one.amount for one in refunds),
        "refunded_rates": {str(rate): yen for rate, yen in (by_rate or {}).items()},
    }


def _has_payment(rows: Sequence[MoneyMovement]) -> bool:
    return any(one.kind == Kind.PAYMENT for one in rows)


def _put(order: Order, values: Mapping[str, Any]) -> dict[str, audit.Change]:
    changes = {name: (getattr(order, name), value) for name, value in values.items() if getattr(order, name) != value}
    for name, (_before, after) in changes.items():
        setattr(order, name, after)
    # They go with the row itself.
    changes.pop("refunded_rates", None)
    changes.pop("received", None)
    changes.pop("received_by_card", None)
    return changes


def _follow(
    session: Session,
    order: Order,
    rows: Sequence[MoneyMovement],
    action: str,
    row: MoneyMovement,
    *,
    actor: str,
    now: datetime,
) -> None:
    changes = _put(order, _columns(order, rows))
    moved = {row.kind: (None, row.amount) if row.withdrawn_at is None else (row.amount, None)}
    order_changes.record(session, order, action, {**moved, **changes}, actor=actor, now=now)
    session.flush()
