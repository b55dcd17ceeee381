"""The ledger as the law wants it searched (電子帳簿保存法): 取引日, amount and counterparty in any combination.

The rows that fit are found by their numbers in the index `ix_receipt_ledger` alone (or by the pairs of characters of a
name, migration 0003); only the fifty that are shown are read.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from portal.models import Order, Receipt
from portal.receipts.counterparty import search_key

LARGEST = 2**31 - 1
"""Yen or number: what the columns hold."""
COUNTED = 100_000
"""So many are counted and added up; of more it is only said that there are more."""


class State(StrEnum):
    VALID = "valid"
    """Counts in the sum."""
    REISSUED = "reissued"
    """A 再発行 of one that counts."""
    VOID = "void"
    """Or a 再発行 of one that was voided."""


@dataclass(frozen=True)
class Question:
    """An empty field narrows nothing. Bounds are included; yen."""

    since: date | None = None
    until: date | None = None
    at_least: int | None = None
    at_most: int | None = None
    counterparty: str = ""
    """Any part of the name."""
    number: int | None = None
    state: State | None = None
    issued_by: str = ""
    """buyer or staff."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, without what is empty."""
        told = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Self:
        """Raises ValueError or TypeError for what `to_dict` did not write."""
        read: dict[str, Any] = {"since": date.fromisoformat, "until": date.fromisoformat, "state": State}
        return cls(**{name: read.get(name, lambda value: value)(value) for name, value in told.items()})

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, field.name) in (None, "") for field in fields(self))


@dataclass(frozen=True)
class Cursor:
    """The last row of a page; the next page begins after it, whatever was issued since."""

    transaction_on: date
    number: int

    def __str__(self) -> str:
        return f"{self.transaction_on}_{self.number}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None: not one of ours."""
        on, _, number = text.partition("_")
        try:
            cursor = cls(date.fromisoformat(on), int(number))
        except ValueError:
            return None
        return cursor if 0 < cursor.number <= LARGEST else None


@dataclass(frozen=True)
class Entry:
    """A row of the ledger as it is listed."""

    id: UUID
    number: int
    transaction_on: date
    issued_on: date
    addressee: str
    counterparty: str
    amount: int
    issued_by: str
    state: State
    order_id: UUID
    order_code: str
    voided_at: datetime | None
    void_reason: str
    original_id: UUID | None
    replaces_id: UUID | None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.transaction_on, self.number)


@dataclass(frozen=True)
class Summary:
    count: int
    amount: int
    """Of the valid ones among them."""
    is_all: bool
    """False: there are more than `COUNTED`; both figures are only of those."""


def find(
    session: Session, shop_id: UUID, question: Question, *, after: Cursor | None = None, limit: int = 50
) -> list[Entry]:
    """By 取引日 and number, newest first."""
    query = _fitting(session, shop_id, question, Receipt.number)
    if after is not None:
        query = query.where(tuple_(Receipt.transaction_on, Receipt.number) < tuple_(after.transaction_on, after.number))
    ordered = query.order_by(Receipt.transaction_on.desc(), Receipt.number.desc())
    return _read(session, shop_id, session.scalars(ordered.limit(limit)).all())


def _read(session: Session, shop_id: UUID, numbers: Sequence[int]) -> list[Entry]:
    original = aliased(Receipt)
    void = or_(Receipt.voided_at.is_not(None), original.voided_at.is_not(None))
    is_copy = Receipt.original_id.is_not(None)
    state = case((void, State.VOID.value), (is_copy, State.REISSUED.value), else_=State.VALID.value)
    columns: dict[str, Any] = {field.name: getattr(Receipt, field.name, None) for field in fields(Entry)}
    columns |= {"state": state, "order_code": Order.code}
    rows = (
        select(*columns.values())
        .join(Order, Order.id == Receipt.order_id)
        .outerjoin(original, original.id == Receipt.original_id)
        .where(Receipt.shop_id == shop_id, Receipt.number.in_(numbers))
        .order_by(Receipt.transaction_on.desc(), Receipt.number.desc())
    )
    told = (dict(zip(columns, row, strict=True)) for row in session.execute(rows))
    return [Entry(**row | {"state": State(row["state"])}) for row in told]


def summary(session: Session, shop_id: UUID, question: Question, *, counted: int = COUNTED) -> Summary:
    valid = and_(Receipt.voided_at.is_(None), Receipt.original_id.is_(None))
    fitting = _fitting(session, shop_id, question, case((valid, Receipt.amount), else_=0).label("amount"))
    some = fitting.limit(counted + 1).subquery()
    count, amount = session.execute(select(func.count(), func.coalesce(func.sum(some.c.amount), 0))).one()
    return Summary(min(count, counted), int(amount), is_all=count <= counted)


def total(session: Session, shop_id: UUID, question: Question) -> int:
    """How many there are, however long that takes."""
    found: int = session.scalars(_fitting(session, shop_id, question, func.count())).one()
    return found


# --- what fits -------------------------------------------------------------------------------------------------------
def _fitting(session: Session, shop_id: UUID, question: Question, column: Any) -> Select[Any]:
    bounds: tuple[tuple[Any, Callable[[Any], ColumnElement[bool]]], ...] = (
        (question.since, lambda value: Receipt.transaction_on >= value),
        (question.until, lambda value: Receipt.transaction_on <= value),
        (question.at_least, lambda value: Receipt.amount >= value),
        (question.at_most, lambda value: Receipt.amount <= value),
        (question.number, lambda value: Receipt.number == value),
        (question.issued_by or None, lambda value: Receipt.issued_by == value),
        (question.state, _is_in),
    )
    narrowed = [condition(value) for value, condition in bounds if value is not None]
    key = search_key(question.counterparty)
    if key:
        narrowed.append(Receipt.counterparty_key.contains(key, autoescape=True))
        if session.get_bind().dialect.name == "postgresql":
            narrowed.append(_holds_pairs(shop_id, key))
    elif question.counterparty:
        narrowed.append(literal(value=False))
    return select(column).where(Receipt.shop_id == shop_id, *narrowed)


def _is_in(state: State) -> ColumnElement[bool]:
    original = aliased(Receipt)
    copy_of_void = and_(
        Receipt.original_id.is_not(None),
        exists().where(original.id == Receipt.original_id, original.voided_at.is_not(None)),
    )
    if state is State.VOID:
        return or_(Receipt.voided_at.is_not(None), copy_of_void)
    if state is State.REISSUED:
        return and_(Receipt.voided_at.is_(None), Receipt.original_id.is_not(None), not_(copy_of_void))
    return and_(Receipt.voided_at.is_(None), Receipt.original_id.is_(None))


def _holds_pairs(shop_id: UUID, key: str) -> ColumnElement[bool]:
    """As `name_pairs` of the database takes a name apart: pairs of characters, or the only character."""
    pairs = [key[at : at + 2] for at in range(len(key) - 1)] or [key]
    wanted = [f"{str(shop_id)[-6:]}{pair}" for pair in dict.fromkeys(pairs)]
    held = func.name_pairs(Receipt.shop_id, Receipt.counterparty_key, type_=ARRAY(Text))
    return held.contains(cast(wanted, ARRAY(Text)))
