"""The read model of the order page: its facts are right and its number of queries is constant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from portal.models import Order, Shipment, ShipmentItem, TrackingEvent
from portal.orders.page import Content, load_page, other_orders
from tests.cast import Cast


@contextmanager
def counted_queries(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def add_event(cast: Cast, parcel: Shipment, at: datetime, state: str, words: str = "") -> None:
    cast.session.add(
        TrackingEvent(shop_id=parcel.shop_id, shipment_id=parcel.id, occurred_at=at, state=state, words=words)
    )


def pack(cast: Cast, parcel: Shipment, order: Order, line: int, quantity: int) -> None:
    cast.session.add(
        ShipmentItem(
            shop_id=parcel.shop_id, shipment_id=parcel.id, order_line_id=order.lines[line].id, quantity=quantity
        )
    )


def test_a_page_holds_lines_amounts_and_parcels(cast: Cast, session: Session) -> None:
    order = cast.order(cast.shop(), shipping_fee=600, payment_fee=330, points_used=100, total=4110)
    parcel = cast.shipment(order, requested_on=date(2026, 11, 24), requested_slot="1416")
    add_event(cast, parcel, datetime(2026, 11, 21, 2, tzinfo=UTC), "in_transit", "輸送中")
    add_event(cast, parcel, datetime(2026, 11, 20, 9, tzinfo=UTC), "accepted", "荷物受付")
    session.commit()

    page = load_page(session, order.id)

    assert [(line.name, line.quantity, line.amount) for line in page.lines] == [
        ("煎茶 やぶきた 100g", 1, 1080),
        ("急須 青磁", 1, 2200),
    ]
    assert (page.shipping_fee, page.handling_fee, page.charges.fees, page.charges.total) == (600, 330, 930, 4110)
    [shown] = page.parcels
    assert (shown.requested_on, shown.requested_slot, shown.tracking_number) == (
        date(2026, 11, 24),
        "1416",
        "123456789010",
    )
    assert [event.state for event in shown.events] == ["accepted", "in_transit"], "oldest first"


def test_a_line_split_over_two_parcels_is_one_line_and_two_contents(cast: Cast, session: Session) -> None:
    order = cast.order(cast.shop())
    first, second = cast.shipment(order), cast.shipment(order, tracking_number="400012345678")
    pack(cast, first, order, 0, 1)
    pack(cast, first, order, 1, 1)
    pack(cast, second, order, 0, 2)
    session.commit()

    page = load_page(session, order.id)

    assert len(page.lines) == 2
    assert [parcel.contents for parcel in page.parcels] == [
        (Content("煎茶 やぶきた 100g", 1), Content("急須 青磁", 1)),
        (Content("煎茶 やぶきた 100g", 2),),
    ]


def test_a_bundled_parcel_shows_on_each_order_with_that_orders_goods_only(cast: Cast, session: Session) -> None:
    shop = cast.shop()
    one, other = cast.order(shop), cast.order(shop, "A-10235")
    parcel = cast.shipment(one, other)
    pack(cast, parcel, one, 0, 1)
    pack(cast, parcel, other, 1, 1)
    session.commit()

    pages = [load_page(session, order.id) for order in (one, other)]

    assert [page.parcels[0].order_count for page in pages] == [2, 2]
    assert [page.parcels[0].contents for page in pages] == [
        (Content("煎茶 やぶきた 100g", 1),),
        (Content("急須 青磁", 1),),
    ]


def test_the_number_of_queries_does_not_grow_with_the_order(cast: Cast, session: Session) -> None:
    shop = cast.shop()
    small, large = (
        cast.order(shop),
        cast.order(
            shop,
            "A-60",
            lines=[
                {"name": f"お茶 {number}", "quantity": 1, "unit_price": 10, "amount": 10, "tax_rate": 8}
                for number in range(60)
            ],
        ),
    )
    cast.shipment(small)
    for number in range(5):
        parcel = cast.shipment(large, tracking_number=f"{number:012}")
        for hour in range(10):
            add_event(cast, parcel, datetime(2026, 11, 20, hour, tzinfo=UTC), "in_transit", f"{hour}")
        pack(cast, parcel, large, number, 1)
    session.commit()

    counts = []
    for order in (small, large):
        with counted_queries(session) as statements:
            load_page(session, order.id)
        counts.append(len([statement for statement in statements if statement.startswith("SELECT")]))

    assert counts == [4, 4]


def test_an_erased_order_is_told_from_an_empty_one(session: Session) -> None:
    with pytest.raises(NoResultFound):
        load_page(session, uuid4())


def test_other_orders_are_those_of_the_same_address_and_shop_newest_first(cast: Cast, session: Session) -> None:
    shop, elsewhere = cast.shop(), cast.shop("beni")
    order = cast.order(shop)
    cast.order(shop, "A-OLD", ordered_at=datetime(2026, 10, 1, tzinfo=UTC))
    cast.order(shop, "A-NEW", ordered_at=datetime(2026, 11, 20, tzinfo=UTC))
    cast.order(shop, "A-TARO", email_key="taro@example.jp")
    cast.order(elsewhere, "B-1")
    session.commit()

    found = other_orders(session, shop_id=shop.id, email_key=order.email_key, order_id=order.id)

    assert [other.code for other in found] == ["A-NEW", "A-OLD"]
