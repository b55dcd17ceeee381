"""Filling in of tax rates that orders wait for, once the shop has said more about rates; done by the worker's job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, selectinload

from portal import audit
from portal.models import Order, OrderLine, ProductTaxRate, Receipt, Shop
from portal.orders import changes as order_changes
from portal.orders.rates import charges_of
from portal.orders.rules.amounts import AmountProblem, settle_order
from portal.orders.turns import lock_shop
from portal.values import tax
from portal.values.dates import tokyo_date
from portal.values.tax import PointsMode

BATCH = 200


def fill_all(begin: Callable[[], Session], shop_id: UUID, *, actor: str, clock: Callable[[], datetime]) -> None:
    """Fill in batch by batch, each committed. It may run twice or be killed: a sweep finds the shop again."""
    with begin() as session:
        said_at = session.get_one(Shop, shop_id).rates_said_at
    after: UUID | None = None
    while said_at is not None:
        with begin() as session, session.begin():
            shop = session.get_one(Shop, shop_id)
            after = fill_rates(session, shop, said_at=said_at, after=after, actor=actor, now=clock())
        if after is None:
            break


def left_out(session: Session) -> list[UUID]:
    """Return the shops that have said more about rates, longest ago first."""
    return list(session.scalars(select(Shop.id).where(Shop.rates_said_at.is_not(None)).order_by(Shop.rates_said_at)))


def fill_rates(
    session: Session, shop: Shop, *, said_at: datetime, after: UUID | None, actor: str, now: datetime
) -> UUID | None:
    """Give lines and fees without a rate the shop's, in the next orders. Those then complete are no longer 要対応.

    Orders with a valid receipt are left as they are. Return the order to go on after, and None at the end: then
    `rates_said_at` is emptied, unless the shop has said more since `said_at`. Nothing is guessed: what the shop
    says is its own statement.
    """
    lock_shop(session, shop.id)
    session.refresh(shop)
    orders = _waiting(session, shop.id, after)
    if not orders:
        if shop.rates_said_at == said_at:
            shop.rates_said_at = None
        return None
    table = _product_rates(session, shop.id, orders)
    for order in orders:
        _fill(session, shop, order, table, actor=actor, now=now)
    return orders[-1].id


@dataclass(frozen=True)
class Unknown:
    product_code: str
    name: str
    orders: int


def waiting_count(session: Session, shop_id: UUID) -> int:
    """Count the orders that wait for a rate and have no receipt."""
    return session.scalar(select(func.count(Order.id)).where(*_is_waiting(shop_id))) or 0


def unknown_products(session: Session, shop_id: UUID, *, limit: int = 20) -> list[Unknown]:
    """Return the products without a rate for which orders wait, those with most orders first."""
    orders = func.count(Order.id.distinct())
    rows = session.execute(
        select(OrderLine.product_code, func.min(OrderLine.name), orders)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*_is_waiting(shop_id), OrderLine.tax_rate.is_(None))
        .group_by(OrderLine.product_code)
        .order_by(orders.desc(), OrderLine.product_code)
        .limit(limit)
    )
    return [Unknown(*row) for row in rows]


def _is_waiting(shop_id: UUID) -> tuple[ColumnElement[bool], ...]:
    receipt = exists().where(Receipt.order_id == Order.id, Receipt.voided_at.is_(None))
    return (Order.shop_id == shop_id, Order.needs_attention == AmountProblem.RATES_UNKNOWN, ~receipt)


def _waiting(session: Session, shop_id: UUID, after: UUID | None) -> list[Order]:
    found = select(Order).where(*_is_waiting(shop_id)).options(selectinload(Order.lines))
    if after is not None:
        found = found.where(Order.id > after)
    return list(session.scalars(found.order_by(Order.id).limit(BATCH).with_for_update(of=Order)))


def _product_rates(session: Session, shop_id: UUID, orders: list[Order]) -> dict[str, int]:
    codes = {line.product_code for order in orders for line in order.lines if line.tax_rate is None}
    rows = select(ProductTaxRate.product_code, ProductTaxRate.rate).where(
        ProductTaxRate.shop_id == shop_id, ProductTaxRate.product_code.in_(codes)
    )
    return {row.product_code: row.rate for row in session.execute(rows)}


def _fill(session: Session, shop: Shop, order: Order, table: Mapping[str, int], *, actor: str, now: datetime) -> None:
    on = tokyo_date(order.ordered_at)
    changes: dict[str, audit.Change] = {}
    for line in order.lines:
        rate = _rate(line, table.get(line.product_code, shop.default_tax_rate), on)
        if rate is not None:
            changes[f"line {line.position} tax_rate"] = (None, rate)
            line.tax_rate = rate
    if order.fee_rate is None and shop.fee_tax_rate is not None and tax.rate_known(shop.fee_tax_rate, on):
        changes["fee_rate"] = (None, shop.fee_tax_rate)
        order.fee_rate = shop.fee_tax_rate
    if not changes:
        return
    lines = [(line.tax_rate, line.amount) for line in order.lines]
    problem = settle_order(lines, charges_of(order), PointsMode(shop.points_mode)).problem
    changes["needs_attention"] = (order.needs_attention, str(problem or ""))
    order.needs_attention = str(problem or "")
    order_changes.record(session, order, "order.rates_filled", changes, actor=actor, now=now)


def _rate(line: OrderLine, said: int | None, on: date) -> int | None:
    """Return the rate to fill in, or None: only a rate valid on the order's day, never for an amount before tax.

    For such an amount the file is imported once more, which rounds it as the file's other lines.
    """
    if line.tax_rate is not None or said is None or not line.tax_included:
        return None
    return said if tax.rate_known(said, on) else None
