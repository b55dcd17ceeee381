"""A shop with settings that are typed but not saved, and an order to show them on. Nothing here is stored."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, selectinload

from portal.models import Order, OrderLine, Shipment, Shop
from portal.models.base import fill_defaults
from portal.receipts.documents import ReceiptDocument
from portal.receipts.drafting import Texts, draft_receipt
from portal.values.states import OrderStatus, ShipmentStatus

SAMPLE_ADDRESSEE = "見本 花子"


def as_typed(shop: Shop, changes: Mapping[str, Any]) -> Shop:
    """Return a copy of the shop with the changes, in no session."""
    columns = {column.key: getattr(shop, column.key) for column in inspect(Shop).column_attrs}
    return Shop(**(columns | dict(changes)))


def recent_order(session: Session, shop: Shop) -> Order | None:
    """Return the shop's newest order that is not canceled, loaded with what a receipt needs, or None."""
    newest = select(Order).where(Order.shop_id == shop.id, Order.status != OrderStatus.CANCELED)
    return session.scalars(
        newest.options(selectinload(Order.lines), selectinload(Order.shipments))
        .order_by(Order.ordered_at.desc())
        .limit(1)
    ).first()


def sample_order(shop: Shop, now: datetime) -> Order:
    """Return a made-up order for a shop that has none yet."""
    lines = [
        {"name": "煎茶 100g", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8},
        {"name": "急須", "quantity": 1, "unit_price": 2200, "amount": 2200, "tax_rate": 10},
    ]
    order = Order(
        shop_id=shop.id,
        code="A-10001",
        buyer_name=SAMPLE_ADDRESSEE,
        ordered_at=now,
        payment_method="クレジットカード",
        fee_rate=10,
        total=3280,
    )
    fill_defaults(order)
    order.lines = [OrderLine(position=position, **line) for position, line in enumerate(lines, 1)]
    order.shipments = [Shipment(status=ShipmentStatus.SHIPPED, shipped_on=None)]
    return order


def trial_receipt(shop: Shop, order: Order, today: date) -> ReceiptDocument:
    """Draft a receipt made out to a sample name, since whoever tries settings need not see who bought."""
    return draft_receipt(shop, order, Texts(SAMPLE_ADDRESSEE, "様", shop.default_proviso, "ja"), today)
