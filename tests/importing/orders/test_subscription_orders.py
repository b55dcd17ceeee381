"""Orders of a file that belong to a subscription, or start one."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order, Subscription, SubscriptionItem
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import CREATED, UNCHANGED, everything, order, outcomes, refusals, table, take_in, the_order
from tests.importing.subscriptions import files
from tests.importing.subscriptions.files import row, the_subscription

MORE = {"お届け希望日": "2026/11/25", "お届け希望時間帯": "午前中", "次回お届け予定日": "2026/12/25"}
BEGINS = {"お届けサイクル": "months:1@25", "会員番号": "M-7", "2回目以降の単価": "1200", "送料": "500"}


def test_an_order_is_linked_to_its_subscription_by_either_number(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    standing = cast.subscription(shop, external_number="EC-9", orders_before=0)
    first = order(定期購入番号="0000000001", 定期回数="1", **MORE)
    second = order(受注コード="A-1002", 定期購入番号="EC-9", 定期回数="2回", 注文ステータス="出荷済み")
    other = order(受注コード="A-1003", 定期購入番号="NEVER-HEARD-OF-THIS-LONG-NUMBER-1")
    plain = order(受注コード="A-1004")
    content = table(first, second, other, plain)
    assert outcomes(take_in(session, shop, content, clock())) == {"created": 4}
    saved = the_order(session)
    assert (saved.subscription_id, saved.subscription_number, saved.cycle_number) == (standing.id, "0000000001", 1)
    assert (saved.next_delivery_on, saved.requested_on, saved.time_slot) == (
        *(date(2026, 12, 25), date(2026, 11, 25)),
        "午前中",
    )
    assert the_order(session, "A-1002").subscription_id == standing.id
    unknown = the_order(session, "A-1003")
    assert (unknown.subscription_id, unknown.subscription_number) == (None, "NEVER-HEARD-OF-THIS-LONG-NUMBER-1")
    session.refresh(standing)
    assert (standing.orders_made, standing.purchase_count) == (2, 1)
    assert outcomes(take_in(session, shop, content, clock())) == {"unchanged": 4}


def test_a_subscription_that_comes_later_finds_its_orders(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    orders = table(order(定期購入番号="SUB-1", 定期回数="1", 注文ステータス="出荷済み"))
    take_in(session, shop, orders, clock())
    of_subscription = {column: text for column, text in row().items() if column not in ("受注回数", "購入回数")}
    files.take_in(session, shop, table(of_subscription), clock())
    saved = the_subscription(session)
    assert the_order(session).subscription_id == saved.id
    assert (saved.orders_made, saved.purchase_count, saved.cycle_number) == (1, 1, 2)
    assert outcomes(take_in(session, shop, orders, clock())) == UNCHANGED


def test_an_order_with_a_cycle_begins_a_subscription_once(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    content = table(order(**MORE, **BEGINS), {"受注コード": "A-1001", "商品名": "値引き", "数量": "1", "単価": "-100"})
    assert outcomes(take_in(session, shop, content, clock())) == CREATED
    saved, first = session.scalars(select(Subscription)).one(), the_order(session)
    assert (first.subscription_id, first.cycle_number, first.subscription_number) == (saved.id, 1, saved.number)
    assert (saved.cycle, saved.next_delivery_on, saved.previous_delivery_on) == (
        *("months:1@25", date(2026, 12, 25)),
        date(2026, 11, 25),
    )
    assert (saved.orders_made, saved.cycle_number, saved.customer_number) == (1, 2, "M-7")
    assert [(item.name, item.first_price, item.later_price) for item in saved.items] == [
        ("煎茶 やぶきた 100g", 1080, 1200)
    ]
    models = (Order, Subscription, SubscriptionItem, AuditEntry)
    before = everything(session, *models)
    clock.forward(days=1)
    assert outcomes(take_in(session, shop, content, clock())) == UNCHANGED
    assert everything(session, *models) == before


def test_an_order_that_was_there_before_its_cycle_begins_one_too(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    take_in(session, shop, table(order()), clock())
    content = table(order(定期購入番号="EC-5", **BEGINS))
    take_in(session, shop, content, clock())
    saved = the_subscription(session, "EC-5")
    # Ordered on the 18th and sent three days later, the first delivery is in November.
    assert (saved.next_delivery_on, the_order(session).subscription_id) == (date(2026, 12, 25), saved.id)
    take_in(session, shop, content, clock())
    assert len(session.scalars(select(Subscription)).all()) == 1


def test_a_cycle_that_cannot_be_refuses_its_order_and_a_paused_shop_begins_none(
    cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    rules = cast.rules(shop)
    wrong = order(お届けサイクル="days:400")
    report = take_in(session, shop, table(wrong, order(受注コード="A-1002")), clock())
    assert (outcomes(report), refusals(report)) == ({"created": 1, "refused": 1}, [(2, "お届けサイクル")])
    rules.takes_new = False
    session.commit()
    report = take_in(session, shop, table(order(受注コード="A-1003", **BEGINS)), clock())
    assert "受け付けていません" in report.refused[0].problems[0].reason
    assert session.scalars(select(Order.code)).all() == ["A-1002"]
