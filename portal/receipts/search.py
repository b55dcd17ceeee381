"""Search of the ledger as 電子帳簿保存法 requires: 取引日, amount and counterparty in any combination.

On PostgreSQL a rare name is looked up by its pairs of characters (migration 0003); anything else is found by walking
the index `ix_receipt_ledger`, which holds every column that is searched. Only the rows shown are read from the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from operator import eq, ge, le
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, false, func, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from portal.models import Order, Receipt
from portal.receipts.rules.counterparty import search_key
from portal.receipts.rules.question import Cursor, Question, State

FEW = 2000
"""Most receipts of a name to be read one by one; a more frequent name soon turns up while walking the index."""
COUNTED = 100_000
"""Most rows to be counted and added up; beyond that the answer only says that there are more."""

RAREST = text("""
    SELECT coalesce(min(coalesce(known.frequency, 0)), 0) * (SELECT reltuples FROM pg_class WHERE relname = 'receipt')
    FROM unnest(CAST(:pairs AS text[])) wanted(pair)
    LEFT JOIN (
        SELECT unnest(most_common_elems::text::text[]), unnest(most_common_elem_freqs)
        FROM pg_stats WHERE tablename = 'ix_receipt_name_pairs'
    ) known(pair, frequency) USING (pair)
""")
"""Receipts with the rarest of these pairs, estimated from the planner's list of frequent ones; 0 if it lacks one."""


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
    order_id: UUID
    order_code: str
    voided_at: datetime | None
    void_reason: str
    original_id: UUID | None

    @property
    def state(self) -> State:
        if self.voided_at is not None:
            return State.VOID
        return State.REISSUED if self.original_id else State.VALID

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.transaction_on, self.number)


@dataclass(frozen=True)
class Summary:
    count: int
    amount: int
    """Yen of the valid ones among them."""
    is_all: bool
    """False if there are more than `COUNTED` rows; both figures then cover only those."""


@dataclass(frozen=True)
class Answer:
    entries: list[Entry]
    has_more: bool
    summary: Summary


class Search:
    """A question to one shop's ledger."""

    def __init__(self, session: Session, shop_id: UUID, question: Question) -> None:
        self._session = session
        self._shop_id = shop_id
        self._question = question
        self._is_postgres = session.get_bind().dialect.name == "postgresql"

    def answer(self, *, after: Cursor | None = None, limit: int = 50) -> Answer:
        """Return one page, with the figures of all pages."""
        if after is None:
            numbers, summary = self._in_one_pass(limit + 1)
        else:
            numbers, summary = self._numbers(after, limit + 1), self.summary()
        return Answer(self._entries(numbers[:limit]), len(numbers) > limit, summary)

    def page(self, *, after: Cursor | None = None, limit: int = 50) -> list[Entry]:
        """Return the rows of one page by 取引日 and number, newest first."""
        return self._entries(self._numbers(after, limit))

    def summary(self) -> Summary:
        some = self._fitting(COUNTS).limit(COUNTED + 1).subquery()
        return _summary(*self._session.execute(_figures(some)).one())

    def _numbers(self, after: Cursor | None, limit: int) -> Sequence[int]:
        query = self._newest(Receipt.number)
        if after is not None:
            last = tuple_(after.transaction_on, after.number)
            query = query.where(tuple_(Receipt.transaction_on, Receipt.number) < last)
        return self._session.scalars(query.limit(limit)).all()

    def _in_one_pass(self, limit: int) -> tuple[Sequence[int], Summary]:
        """Return the first page and the figures from one walk: finding rare rows means walking through everything."""
        hits = self._newest(Receipt.transaction_on, Receipt.number, COUNTS).limit(COUNTED + 1).cte("hits")
        figures = _figures(hits).subquery()
        page = (
            select(hits.c.number, figures)
            .join_from(hits, figures, true())
            .order_by(hits.c.transaction_on.desc(), hits.c.number.desc())
        )
        rows = self._session.execute(page.limit(limit)).all()
        return [row[0] for row in rows], _summary(*rows[0][1:]) if rows else Summary(0, 0, is_all=True)

    def total(self) -> int:
        """Count all matching rows, however long that takes."""
        found: int = self._session.scalars(self._fitting(func.count())).one()
        return found

    # --- what fits ---------------------------------------------------------------------------------------------------
    def _newest(self, *columns: Any) -> Select[Any]:
        return self._fitting(*columns).order_by(Receipt.transaction_on.desc(), Receipt.number.desc())

    def _fitting(self, *columns: Any) -> Select[Any]:
        return select(*columns).where(Receipt.shop_id == self._shop_id, *self._conditions)

    @cached_property
    def _conditions(self) -> Sequence[ColumnElement[bool]]:
        if self._is_postgres:
            # A generic plan for all names and amounts would suit the frequent ones only.
            self._session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        return [*self._bounds(), *self._named()]

    def _bounds(self) -> Sequence[ColumnElement[bool]]:
        question = self._question
        bounds: tuple[tuple[Any, Callable[[Any, Any], Any], object], ...] = (
            (Receipt.transaction_on, ge, question.since),
            (Receipt.transaction_on, le, question.until),
            (Receipt.amount, ge, question.at_least),
            (Receipt.amount, le, question.at_most),
            (Receipt.number, eq, question.number),
            (Receipt.issued_by, eq, question.issued_by or None),
        )
        stated = [_in(question.state)] if question.state else []
        return [*stated, *(compare(column, value) for column, compare, value in bounds if value is not None)]

    def _named(self) -> Sequence[ColumnElement[bool]]:
        key = search_key(self._question.counterparty)
        if not key:
            return [false()] if self._question.counterparty else []
        holds = Receipt.counterparty_key.contains(key, autoescape=True)
        if not self._is_postgres:
            return [holds]
        pairs = [key[at : at + 2] for at in range(len(key) - 1)] or [key]
        few = self._numbers_of([f"{str(self._shop_id)[-6:]}{pair}" for pair in dict.fromkeys(pairs)])
        return [holds] if few is None else [holds, Receipt.number.in_(few)]

    def _numbers_of(self, pairs: Sequence[str]) -> Sequence[int] | None:
        """Return the numbers of the receipts whose counterparties hold all these pairs, or None if more than `FEW` do.

        The planner's statistics are asked first. The pairs are those that the database function `name_pairs` makes.
        """
        wanted = cast(array(pairs), ARRAY(Text))
        if self._session.scalar(RAREST, {"pairs": pairs}) > FEW:
            return None
        held = func.name_pairs(Receipt.shop_id, Receipt.counterparty_key, type_=ARRAY(Text))
        query = select(Receipt.number).where(Receipt.shop_id == self._shop_id, held.contains(wanted))
        numbers = self._session.scalars(query.limit(FEW + 1)).all()
        return numbers if len(numbers) <= FEW else None

    def _entries(self, numbers: Sequence[int]) -> list[Entry]:
        columns: dict[str, Any] = {field.name: getattr(Receipt, field.name, None) for field in fields(Entry)}
        columns["order_code"] = Order.code
        rows = (
            select(*columns.values())
            .join(Order, Order.id == Receipt.order_id)
            .where(Receipt.shop_id == self._shop_id, Receipt.number.in_(numbers))
            .order_by(Receipt.transaction_on.desc(), Receipt.number.desc())
        )
        return [Entry(*row) for row in self._session.execute(rows)]


def _figures(hits: Any) -> Select[int, Any]:
    return select(func.count().label("count"), func.coalesce(func.sum(hits.c.counts), 0).label("amount"))


def _summary(count: int, amount: int) -> Summary:
    return Summary(min(count, COUNTED), int(amount), is_all=count <= COUNTED)


def _in(state: State) -> ColumnElement[bool]:
    # A receipt is voided together with its copies.
    if state is State.VOID:
        return Receipt.voided_at.is_not(None)
    is_copy = Receipt.original_id.is_not(None) if state is State.REISSUED else Receipt.original_id.is_(None)
    return and_(Receipt.voided_at.is_(None), is_copy)


COUNTS = case((_in(State.VALID), Receipt.amount), else_=0).label("counts")
"""Yen that a row adds to the sum."""
