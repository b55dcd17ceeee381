"""Orders in from a file: read whole, then applied in batches, each order whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing import groups
from portal.importing.history import History, ImportFile, Outcome, Report, Result, refused
from portal.importing.mapping import Bound, bind
from portal.importing.order_batch import OrderBatch, Verdict
from portal.importing.order_facts import ShopRules
from portal.importing.order_rows import OrderSaid, read_order
from portal.importing.reader import FileRefusedError, Row, Table, read_table
from portal.importing.rows import Problem, Reading, RowsRefusedError
from portal.models import ProductTaxRate, Shop
from portal.values.tax import PointsMode, Rounding

BATCH = 500
"""Orders per commit: others wait for the database some tenths of a second at most, and a crash loses no more."""


@dataclass(frozen=True)
class _Read:
    rows: Sequence[Row]
    code: str
    said: OrderSaid | None
    problems: tuple[Problem, ...] = ()


def import_orders(
    session: Session,
    shop: Shop,
    file: ImportFile,
    *,
    actor: str,
    clock: Callable[[], datetime],
    end_batch: Callable[[], None],
    dry_run: bool = False,
) -> Report:
    """`end_batch` is the entry point's: it commits, and for a dry run it rolls back."""
    history = History(session, shop, file, actor=actor, now=clock(), kept=not dry_run)
    try:
        table = read_table(file.content)
        bound = bind(file.mapping, table.header)
    except FileRefusedError as error:
        history.refuse(error.reason)
    else:
        history.read(table.encoding)
        end_batch()
        orders = groups.by_order(table, bound)
        for start in range(0, len(orders), BATCH):
            # Read before the database is asked for anything: no lock is held meanwhile.
            read = [_read(table, bound, rows) for rows in orders[start : start + BATCH]]
            lock_shop(session, shop)
            batch = OrderBatch(session, shop.id, _rules(session, shop), actor, clock())
            history.add(_apply(batch, bound, read))
            end_batch()
    history.finish(clock())
    end_batch()
    return history.report


def lock_shop(session: Session, shop: Shop) -> None:
    """Imports of one shop take turns, batch by batch; buyers and other shops are not held up."""
    # FOR NO KEY UPDATE lets rows that refer to the shop be written; SQLite's transaction is its own lock.
    session.execute(select(Shop.id).where(Shop.id == shop.id).with_for_update(key_share=True))


def _rules(session: Session, shop: Shop) -> ShopRules:
    rates = select(ProductTaxRate.product_code, ProductTaxRate.rate).where(ProductTaxRate.shop_id == shop.id)
    return ShopRules(
        product_rates={row.product_code: row.rate for row in session.execute(rates)},
        default_rate=shop.default_tax_rate,
        fee_rate=shop.fee_tax_rate,
        rounding=Rounding(shop.rounding),
        points_mode=PointsMode(shop.points_mode),
    )


def _read(table: Table, bound: Bound, rows: Sequence[Row]) -> _Read:
    reading = Reading(table, bound, rows)
    try:
        said = read_order(reading)
    except RowsRefusedError as error:
        return _Read(rows, reading.rows[0].texts.get("code", ""), None, error.problems)
    return _Read(rows, said.code, said)


def _apply(batch: OrderBatch, bound: Bound, read: Sequence[_Read]) -> list[Result]:
    verdicts = iter(batch.write([order.said for order in read if order.said]))
    return [_result(bound, order, next(verdicts) if order.said else None) for order in read]


def _result(bound: Bound, order: _Read, verdict: Verdict | None) -> Result:
    lines = tuple(row.line for row in order.rows)
    if verdict is None:
        return refused(order.code, lines, order.problems)
    if verdict.outcome == Outcome.REFUSED:
        header = bound.header(verdict.field) if verdict.field else ""
        return refused(order.code, lines, [Problem(lines[0], header, verdict.reason)])
    return Result(order.code, lines, verdict.outcome)
