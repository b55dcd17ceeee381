"""The ledger of receipts as a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import trail
from portal.models import AuditEntry, Export, Receipt
from portal.receipts.ledger import number_text
from portal.receipts.rules.question import Cursor, Question, State
from portal.receipts.search import Entry, Search
from portal.values.dates import TOKYO

RATES = (10, 8)
"""Percent; each rate has two columns. Other rates, on older receipts, go into a column of their own as text."""
HEADER = (
    *("番号", "発行日", "取引日", "宛名", "取引先", "金額"),
    *(words for rate in RATES for words in (f"{rate}%対象", f"{rate}%消費税")),
    *("その他の税率", "状態", "取消日時", "取消の理由", "再発行の元の番号", "差し替え後の番号", "受注コード", "発行者"),
)
STATES = {State.VALID: "有効", State.REISSUED: "再発行", State.VOID: "取消"}
DAY = "%Y/%m/%d"


def total(session: Session, export: Export) -> int:
    return Search(session, export.shop_id, Question.from_dict(export.question)).total()


def chunk(session: Session, export: Export, limit: int) -> tuple[list[list[str | int | None]], str]:
    asked = Search(session, export.shop_id, Question.from_dict(export.question))
    entries = asked.page(after=Cursor.read(export.cursor), limit=limit)
    ids = [entry.id for entry in entries]
    rates = {row.id: row.snapshot["rates"] for row in session.execute(_of(ids, Receipt.id, Receipt.snapshot))}
    numbers = _numbers(session, {entry.original_id for entry in entries if entry.original_id})
    successors = _successors(session, ids)
    issuers = _issuers(session, export.shop_id, ids)
    rows = [
        [
            number_text(entry.number),
            f"{entry.issued_on:{DAY}}",
            f"{entry.transaction_on:{DAY}}",
            entry.addressee,
            entry.counterparty,
            entry.amount,
            *_per_rate(rates[entry.id]),
            STATES[entry.state],
            f"{entry.voided_at.astimezone(TOKYO):{DAY} %H:%M}" if entry.voided_at else None,
            entry.void_reason,
            numbers.get(entry.original_id) if entry.original_id else None,
            successors.get(entry.id),
            entry.order_code,
            _issuer(entry, issuers),
        ]
        for entry in entries
    ]
    return rows, str(entries[-1].cursor) if entries else export.cursor


def _per_rate(rates: Sequence[Mapping[str, Any]]) -> list[str | int | None]:
    """Return the cells of the rates; the tax of a part of a split receipt is unknown and its cell stays empty."""
    by_rate = {rate["rate"]: rate for rate in rates}
    usual = [by_rate[rate][figure] if rate in by_rate else None for rate in RATES for figure in ("total", "tax")]
    others = [f"{rate}%: {one['total']}" for rate, one in by_rate.items() if rate not in RATES]
    return [*usual, " ".join(others)]


def _issuer(entry: Entry, issuers: Mapping[UUID, str]) -> str:
    return "購入者" if entry.issued_by == "buyer" else issuers.get(entry.id, "") or "店舗"


def _of(ids: Iterable[UUID], *columns: Any) -> Any:
    return select(*columns).where(Receipt.id.in_(ids))


def _numbers(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    return {row.id: number_text(row.number) for row in session.execute(_of(ids, Receipt.id, Receipt.number))}


def _successors(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the number of the receipt that replaced each, or several if it was replaced by the parts of a split."""
    query = select(Receipt.replaces_id, Receipt.number).where(Receipt.replaces_id.in_(ids)).order_by(Receipt.number)
    found: dict[UUID | None, list[str]] = {}
    for replaced, number in session.execute(query):
        found.setdefault(replaced, []).append(number_text(number))
    return {replaced: " ".join(numbers) for replaced, numbers in found.items() if replaced}


def _issuers(session: Session, shop_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of the staff members who issued the receipts."""
    query = select(AuditEntry.subject_id, AuditEntry.actor).where(
        AuditEntry.shop_id == shop_id,
        AuditEntry.subject_type == "receipt",
        AuditEntry.subject_id.in_(ids),
        AuditEntry.action.in_(("receipt.issued", "receipt.reissued")),
    )
    actors = {row.subject_id: row.actor for row in session.execute(query)}
    named = trail.actors_named(session, set(actors.values()))
    return {receipt_id: named[actor].name for receipt_id, actor in actors.items()}
