"""The ledger of receipts: numbers, locks, and which rows count."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from portal.models import Order, Receipt, ReceiptCounter
from portal.models.upsert import insert_if_absent
from portal.receipts.rules.permissions import all_shipped


def number_text(number: int) -> str:
    return f"{number:08d}"


def next_number(session: Session, shop_id: UUID) -> int:
    """Take the shop's next number and lock its counter until the transaction ends.

    A rollback gives the number back, so there are no gaps.
    """
    insert_if_absent(session, ReceiptCounter, {"shop_id": shop_id, "last_number": 0}, ["shop_id"])
    taken = session.scalar(
        update(ReceiptCounter)
        .where(ReceiptCounter.shop_id == shop_id)
        .values(last_number=ReceiptCounter.last_number + 1)
        .returning(ReceiptCounter.last_number)
        .execution_options(synchronize_session=False)
    )
    assert taken is not None, "the counter row was just made sure of"
    return taken


def lock_order(session: Session, order_id: UUID) -> None:
    """Lock the order: whoever issues or voids its receipts queues here. SQLite's write lock does the same."""
    session.execute(select(Order.id).where(Order.id == order_id).with_for_update())


class Entry(Protocol):
    """What the functions below read of a receipt; a row of columns has it too."""

    @property
    def id(self) -> UUID: ...
    @property
    def issued_by(self) -> str: ...
    @property
    def original_id(self) -> UUID | None: ...
    @property
    def copy_number(self) -> int: ...
    @property
    def voided_at(self) -> datetime | None: ...


E = TypeVar("E", bound=Entry)


def live_receipts(session: Session, order_id: UUID) -> list[Receipt]:
    """List the order's receipts that are not void, 再発行 included, in the order of their numbers."""
    every = select(Receipt).where(Receipt.order_id == order_id).options(joinedload(Receipt.rendition))
    rows = session.scalars(every.order_by(Receipt.number).execution_options(populate_existing=True))
    return live(rows.all())


def live(receipts: Sequence[E]) -> list[E]:
    """Leave out the voided receipts and their copies."""
    gone = {one.id for one in receipts if one.voided_at is not None}
    return [one for one in receipts if one.id not in gone and one.original_id not in gone]


def staffs(receipts: Sequence[E]) -> list[E]:
    """Return the originals that staff issued; while there is one, the buyer cannot issue."""
    return [one for one in receipts if one.issued_by == "staff" and one.original_id is None]


def buyers_own(receipts: Sequence[E]) -> E | None:
    return next((one for one in receipts if one.issued_by == "buyer" and one.original_id is None), None)


def newest_of(receipts: Sequence[E], receipt: E) -> E:
    """Return the row whose bytes are handed out for this receipt: the last 再発行, or the original if there is none."""
    original = receipt.original_id or receipt.id
    line = [one for one in receipts if original in (one.id, one.original_id)]
    return max(line, key=lambda one: one.copy_number, default=receipt)


def is_shown(receipt: Entry, shipments: Iterable[str]) -> bool:
    """Return whether the buyer sees the receipt: staff's once everything has shipped, the buyer's own always."""
    return receipt.issued_by == "buyer" or all_shipped(shipments)


class State(StrEnum):
    VALID = "valid"
    REISSUED = "reissued"
    """A 再発行 for the same payment was issued after it."""
    COPY = "copy"
    """The row is itself a 再発行."""
    VOID = "void"


def state(live: Sequence[Receipt], receipt: Receipt) -> State:
    """Return the receipt's state. `live`: the order's live receipts."""
    if receipt not in live:
        return State.VOID
    if newest_of(live, receipt) is not receipt:
        return State.REISSUED
    return State.COPY if receipt.original_id else State.VALID
