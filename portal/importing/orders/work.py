"""Import of a file of orders, each order whole or not at all."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.importing.applying import reasons
from portal.importing.applying.batches import Group, Work
from portal.importing.applying.history import Outcome, Result, refused
from portal.importing.orders.batch import OrderBatch, Verdict
from portal.importing.orders.creation import NEEDED
from portal.importing.orders.line_names import is_cut
from portal.importing.orders.rows import OrderSaid, read_order
from portal.importing.reading import groups
from portal.importing.reading.mapping import Bound
from portal.importing.reading.rows import Problem, Reading, RowsRefusedError
from portal.models import Shop
from portal.orders.shop_rules import rules_of
from portal.receipts.rules.glyphs import unprintable
from portal.values import unusable
from portal.values.inkless import clean

BATCH = 500
PRINTED = ("buyer_name", "address", "recipient_name", "recipient_address")
"""Fields that stand on papers beside the names of goods."""


def work(session: Session, shop: Shop, actor: str) -> Work[Group[OrderSaid]]:
    def apply(bound: Bound, read: Sequence[Group[OrderSaid]], now: datetime) -> list[Result]:
        batch = OrderBatch(session, shop.id, rules_of(session, shop), actor, now)
        verdicts = iter(batch.write([order.said for order in read if order.said]))
        new = batch.new_codes(order.code for order in read if order.lacks and order.code)
        return [_result(bound, order, next(verdicts)) if order.said else _unread(bound, order, new) for order in read]

    return Work(groups.by_order, _read, apply, BATCH)


def _read(reading: Reading) -> Group[OrderSaid]:
    lines = tuple(row.line for row in reading.rows)
    try:
        said = read_order(reading)
    except RowsRefusedError as error:
        lacks = tuple(field for field in (*NEEDED, "name") if reading.is_nowhere(field))
        return Group(lines, reading.rows[0].texts.get("code", ""), None, error.problems, lacks)
    return Group(lines, said.code, said)


def _unread(bound: Bound, order: Group[OrderSaid], new: Collection[str]) -> Result:
    """Return the result of rows that cannot be read, with what a new order lacks besides."""
    lacks = order.lacks if order.code in new else ()
    needed = [Problem(order.lines[0], bound.header(field), reasons.NEEDED) for field in lacks]
    return refused(order.code, order.lines, [*order.problems, *needed])


def _result(bound: Bound, order: Group[OrderSaid], verdict: Verdict) -> Result:
    if verdict.outcome == Outcome.REFUSED:
        headers = [bound.header(field) if field else "" for field in (verdict.field, *verdict.more)]
        return refused(order.code, order.lines, [Problem(order.lines[0], each, verdict.reason) for each in headers])
    is_new = verdict.outcome != Outcome.UNCHANGED
    return Result(order.code, order.lines, verdict.outcome, tuple(_notes(bound, order)) if is_new else ())


def _notes(bound: Bound, order: Group[OrderSaid]) -> Iterator[Problem]:
    """Yield what staff should know of an order that is taken: choices that were cut, letters that no font has."""
    if order.said is None:
        return
    texts = [(field, str(order.said.values.get(field) or "")) for field in PRINTED]
    texts += [("name", name) for name in dict.fromkeys(line.name for line in order.said.lines)]
    for mark in filter(None, unusable.of_order(order.said.values).split(",")):
        field = "buyer_name" if mark == unusable.NAME else mark
        yield Problem(
            order.lines[0], bound.header(field), reasons.UNUSABLE[mark], str(order.said.values.get(field) or "")
        )
    for name in dict.fromkeys(line.name for line in order.said.lines if is_cut(line.name)):
        yield Problem(order.lines[0], bound.header("name"), reasons.CUT, name)
    for field, text in texts:
        if not text.isascii() and (letters := unprintable(clean(text))):
            yield Problem(order.lines[0], bound.header(field), reasons.of_letters(letters), text)
