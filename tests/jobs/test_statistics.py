"""SQLite finds few among many by an index, as PostgreSQL does."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Select, insert, inspect, select, text
from sqlalchemy.orm import Session

from portal.jobs.statistics import renew_statistics
from portal.models import Order, Shop
from portal.models.base import new_id
from portal.models.order import AWAITS_SHIPMENT, DECIDED_PAYMENT, NEEDS_ATTENTION, NOT_SHIPPED
from portal.orders import search
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def shop(app: Flask, session: Session, cast: Cast) -> Shop:
    """Return a shop with 2,000 shipped orders of 1,000 buyers, whose statistics are renewed."""
    shop = cast.shop()
    first = cast.order(shop)
    session.commit()
    usual = {column.key: getattr(first, column.key) for column in inspect(Order).column_attrs} | {"status": "shipped"}
    own = [
        {
            "id": new_id(),
            "code_key": f"B-{n}",
            "email_key": f"{n // 2}@example.jp",
            "ordered_at": first.ordered_at - timedelta(n),
        }
        for n in range(2000)
    ]
    session.execute(insert(Order), [usual | one for one in own])
    session.commit()
    with app.app_context():
        renew_statistics()
    return shop


def plan(session: Session, query: Select[*tuple[object, ...]]) -> str:
    """Return which indexes SQLite would use."""
    compiled = query.compile(session.get_bind())
    connection = session.connection()
    values = tuple(value.hex if isinstance(value, UUID) else value for value in compiled.params.values())
    shown = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
    return "\n".join(row[3] for row in shown)


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (NEEDS_ATTENTION, "ix_order_shop_id_attention"),
        (DECIDED_PAYMENT & (Order.payment_class == "card"), "ix_order_shop_id_payment_class"),
        (NOT_SHIPPED & (Order.status == "picking"), "ix_order_shop_id_status"),
        (Order.subscription_id == new_id(), "ix_order_shop_id_subscription_id"),
        (Order.email_key == "7@example.jp", "ix_order_shop_id_email_key_ordered_at"),
    ],
)
def test_the_newest_of_few_orders_are_read_from_their_own_index(
    session: Session, shop: Shop, condition: object, index: str
) -> None:
    newest = select(Order.id).where(Order.shop_id == shop.id, condition).order_by(Order.ordered_at.desc())
    found = plan(session, newest)
    assert f" {index} " in found
    assert "TEMP B-TREE" not in found, "they come in the order of the index"


def test_what_waits_to_be_shipped_is_read_from_its_own_index(session: Session, shop: Shop) -> None:
    assert "ix_order_shop_id_awaiting" in plan(
        session, select(Order.id).where(Order.shop_id == shop.id, AWAITS_SHIPMENT)
    )


def test_staffs_filter_for_what_needs_attention_reads_few_orders(session: Session, shop: Shop) -> None:
    filters = search.Filters(attention=True)
    (branch,) = filters.branches(shop.id)
    assert "ix_order_shop_id_attention" in plan(
        session, select(Order.id).where(Order.shop_id == shop.id, *branch).order_by(Order.ordered_at.desc())
    )


def test_statistics_are_there_after_a_renewal(session: Session, shop: Shop) -> None:
    assert session.scalar(text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'order'"))
