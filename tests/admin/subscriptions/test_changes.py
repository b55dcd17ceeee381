"""定期購入: changing one part of it, with the plan of the next deliveries before and after side by side."""

import re
from datetime import date
from uuid import UUID

import pytest

from portal.models import ListedAddress
from portal.values.points import PointsUse
from tests.admin.subscriptions.desk import Desk, plain, values_of

PARTS = ("cycle", "payment", "address", "buyer", "items", "fees", "counts", "notes")


def preview(desk: Desk, one: UUID, part: str, *, partial: bool = True, status: int = 200, **fields: str) -> str:
    rest = f"{one}/changes/{part}"
    typed = values_of(desk.get(rest)) | fields
    return desk.send(f"{rest}/preview", of=rest, partial=partial, status=status, **typed)


@pytest.mark.parametrize("part", PARTS)
def test_a_form_that_was_not_touched_changes_nothing(desk: Desk, part: str) -> None:
    one = desk.subscription(note_1="一行目\n二行目", time_slot="14時〜16時", points_use="always", points_each=10)
    before = desk.now(one).version
    desk.change(one, part)
    assert desk.now(one).version == before
    assert "変わったところはありません。" in desk.get(one)


@pytest.mark.parametrize("part", PARTS)
def test_nor_does_it_where_everything_that_may_be_missing_is_there(desk: Desk, part: str) -> None:
    card = desk.cast.card(desk.shop)
    listed = ListedAddress(
        shop_id=desk.shop.id,
        email_key="hanako@example.jp",
        created_at=desk.cast.now,
        label="実家",
        recipient_name="山田 梅",
        prefecture="東京都",
        address="千代田区1-1",
    )
    desk.session.add(listed)
    desk.session.flush()
    one = desk.subscription(
        payment_method="クレジットカード",
        card_id=card.id,
        instalments=3,
        payment_fee=110,
        delivery_to="listed",
        listed_address_id=listed.id,
        wrapping="のし",
        carrier_fixed=True,
        coupon_code="WELCOME",
        coupon=200,
        perk_off=100,
        points_use="next",
        points_each=10,
        points_expire_on=date(2027, 3, 31),
        remaining_orders=4,
        customer_number="M-1",
        items=[{"name": "煎茶", "remaining": 3, "commitment_count": 2, "cycles": ["days:14"]}],
    )
    before = desk.now(one).version
    desk.change(one, part)
    assert desk.now(one).version == before
    assert "変わったところはありません。" in desk.get(one)


# --- cycle and dates -------------------------------------------------------------------------------------------------
def test_a_cycle_is_changed_as_the_preview_said(desk: Desk) -> None:
    one = desk.subscription()
    typed = {"kind": "weeks_weekday", "n": "2", "weekday": "1"}
    shown = plain("<main" + preview(desk, one, "cycle", **typed))
    assert "2027年1月15日(金) ¥1,580" in shown, "as it is"
    assert "2026年12月29日(火) ¥1,580" in shown, "as it would be"
    assert desk.now(one).cycle == "months:1@15", "nothing is stored yet"
    desk.change(one, "cycle", **typed)
    stored = desk.now(one)
    assert (stored.cycle, stored.next_delivery_on) == ("weeks:2@tue", date(2026, 12, 15))
    assert "2週間ごとの火曜日" in plain(desk.get(one))


def test_without_javascript_the_preview_is_the_whole_page_with_what_was_typed(desk: Desk) -> None:
    one = desk.subscription()
    page = preview(desk, one, "cycle", partial=False, kind="days", n="30")
    assert "<html" in page
    assert 'value="30"' in page
    assert "2027年1月14日(木)" in plain(page)
    assert desk.now(one).cycle == "months:1@15"


def test_a_date_is_moved_this_once(desk: Desk) -> None:
    one = desk.subscription()
    desk.change(one, "cycle", next_delivery_on="2026-12-20", lasting="once")
    stored = desk.now(one)
    assert (stored.next_delivery_on, stored.anchor_on) == (date(2026, 12, 20), date(2026, 12, 15))
    assert (stored.next_ship_on, stored.next_creation_on) == (date(2026, 12, 16), date(2026, 12, 9))
    words = plain(desk.get(one))
    assert "今回だけ動かしています。もとの日は 12月15日(火)" in words


def test_a_date_is_moved_from_now_on(desk: Desk) -> None:
    one = desk.subscription(cycle="months:1")
    shown = plain("<main" + preview(desk, one, "cycle", next_delivery_on="2026-12-20", lasting="on"))
    assert "2027年1月20日(水)" in shown
    desk.change(one, "cycle", next_delivery_on="2026-12-20", lasting="on")
    assert desk.now(one).anchor_on == date(2026, 12, 20)


def test_a_cycle_from_today(desk: Desk) -> None:
    one = desk.subscription()
    desk.change(one, "cycle", kind="days", n="14", cycle_from="today")
    assert desk.now(one).next_delivery_on == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "days", "n": "400"}, "この数にはできません。"),
        ({"kind": "days", "n": "たくさん"}, "数字で書いてください。"),
        ({"kind": "months_day", "day": ""}, "この数にはできません。"),
        ({"next_delivery_on": ""}, "入力してください。"),
        ({"next_ship_on": "2026-12-30"}, "発送日は、お届け日より前にしてください。"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_keeps_what_was_typed(
    desk: Desk, typed: dict[str, str], sentence: str
) -> None:
    one = desk.subscription()
    before = desk.now(one).version
    page = desk.change(one, "cycle", status=422, **({"in_step": ""} | typed if "next_ship_on" in typed else typed))
    assert sentence in page
    assert "保存していません。" in page
    shown = preview(desk, one, "cycle", **typed)
    assert "field-error" in shown or sentence in shown or "next_ship_on" in typed
    assert desk.now(one).version == before


# --- the other parts -------------------------------------------------------------------------------------------------
def test_to_a_card_only_with_one_of_this_buyer(desk: Desk) -> None:
    one = desk.subscription()
    page = desk.change(one, "payment", status=422, payment_method="クレジットカード")
    assert "登録済みのカードを選んでください。" in page
    card = desk.cast.card(desk.shop)
    desk.session.commit()
    desk.change(one, "payment", payment_method="クレジットカード", card_id=str(card.id))
    assert desk.now(one).card_id == card.id
    assert "Visa 下4桁 4242（2028/12まで）" in plain(desk.get(one))


def test_a_method_that_collects_no_money_takes_no_cash_on_delivery(desk: Desk) -> None:
    one = desk.subscription()
    page = desk.change(one, "address", status=422, delivery_method="ネコポス")
    assert "この配送方法では、代金引換にできません。" in page


def test_another_address_of_its_own_and_back(desk: Desk) -> None:
    one = desk.subscription()
    typed = {
        "delivery_to": "own",
        "recipient_name": "山田 梅",
        "recipient_prefecture": "北海道",
        "recipient_address": "札幌市中央区1-1",
        "shipping_fee": "1200",
    }
    desk.change(one, "address", **typed)
    stored = desk.now(one)
    assert (stored.delivery_to, stored.recipient_name, stored.shipping_fee) == ("own", "山田 梅", 1200)
    # The parcel is two days longer on the way.
    assert stored.next_ship_on == date(2026, 12, 9)
    assert "山田 梅" in plain(desk.get(one))
    desk.change(one, "address", delivery_to="buyer")
    assert desk.now(one).next_ship_on == date(2026, 12, 11)


def test_an_address_of_the_buyers_list_can_be_chosen_and_of_nobody_elses(desk: Desk) -> None:
    one = desk.subscription()
    facts = {"shop_id": desk.shop.id, "recipient_name": "山田 梅", "prefecture": "東京都", "created_at": desk.cast.now}
    mine = ListedAddress(**facts, email_key="hanako@example.jp", address="千代田区1-1", label="実家")
    others = ListedAddress(**facts, email_key="taro@example.jp", address="港区9-9")
    desk.session.add_all([mine, others])
    desk.session.commit()
    page = desk.get(f"{one}/changes/address")
    assert "実家 山田 梅 東京都千代田区1-1" in page
    assert "港区9-9" not in page
    desk.change(one, "address", status=422, delivery_to="listed", listed_address_id=str(others.id))
    desk.change(one, "address", delivery_to="listed", listed_address_id=str(mine.id))
    assert desk.now(one).listed_address_id == mine.id


def test_items_are_changed_added_put_in_order_and_taken_away(desk: Desk) -> None:
    one = desk.subscription(items=[{"name": "煎茶"}, {"name": "茶さじ", "bundled_gift": True}])
    typed = {
        "items-0-place": "2",
        "items-0-quantity": "3",
        "items-1-name": "",
        "items-1-product_code": "",
        "items-2-place": "1",
        "items-2-name": "ほうじ茶",
        "items-2-later_price": "800",
        "items-2-cycles": "days:14, days:30",
    }
    desk.change(one, "items", **typed)
    items = desk.now(one).items
    assert [(item.name, item.quantity, item.later_price) for item in items] == [("ほうじ茶", 1, 800), ("煎茶", 3, 1080)]
    assert items[0].cycles == ["days:14", "days:30"]
    words = plain(desk.get(f"{one}/items"))
    assert "14日ごと → 30日ごと" in words
    assert "合計 ¥4,540" in words
    form = desk.get(f"{one}/changes/items")
    assert 'value="14日ごと、30日ごと"' in form
    assert "days:" not in form, "no machine value reaches a person"
    desk.change(one, "items", **{"items-0-cycles": "2週間ごとの火曜日、毎月15日"})
    assert desk.now(one).items[0].cycles == ["weeks:2@tue", "months:1@15"]
    desk.change(one, "items", status=422, **{"items-0-cycles": "またあした"})


def test_an_item_that_cannot_be_is_said_in_its_row(desk: Desk) -> None:
    one = desk.subscription()
    page = desk.change(one, "items", status=422, **{"items-0-quantity": "0"})
    assert "この数にはできません。" in page
    page = desk.change(one, "items", status=422, **{"items-0-name": "", "items-0-product_code": ""})
    assert "これからもお届けする商品が1つ以上必要です。" in page


def test_fees_and_points_show_in_the_preview(desk: Desk) -> None:
    one = desk.subscription(customer_number="M-1", points_balance=500)
    typed = {"cool_fee": "220", "points_use": "next", "points_each": "300"}
    shown = plain("<main" + preview(desk, one, "fees", **typed))
    assert "¥1,500" in shown, "the next one with the points"
    assert "¥1,800" in shown, "the ones after it without"
    desk.change(one, "fees", **typed)
    assert (desk.now(one).points_use, desk.now(one).points_each) == (PointsUse.NEXT, 300)


def test_counts_that_follow_from_orders_are_counted_anew(desk: Desk) -> None:
    one = desk.subscription(orders_made=5, orders_before=0)
    desk.cast.order(desk.shop, "X-1", subscription_id=one)
    desk.session.commit()
    desk.send(f"{one}/recount", of=f"{one}/deliveries")
    assert desk.now(one).orders_made == 1


def test_remaining_orders_and_the_cycle_number(desk: Desk) -> None:
    one = desk.subscription()
    desk.change(one, "counts", cycle_number="4", remaining_orders="2")
    assert (desk.now(one).cycle_number, desk.now(one).remaining_orders) == (4, 2)
    desk.change(one, "counts", remaining_orders="")
    assert desk.now(one).remaining_orders is None


def test_the_cycle_number_moves_dates_only_when_that_is_asked_for(desk: Desk) -> None:
    items = [{"name": "煎茶", "cycles": ["days:14", "days:30"]}]
    one = desk.subscription(
        items=items, cycle_fixed=False, previous_delivery_on=date(2026, 11, 15), next_delivery_on=date(2026, 12, 5)
    )
    desk.change(one, "counts", cycle_number="3")
    assert desk.now(one).next_delivery_on == date(2026, 12, 5)
    desk.change(one, "counts", recalculate="y")
    assert desk.now(one).next_delivery_on == date(2026, 12, 15)


def test_of_a_finished_one_only_notes_can_be_changed(desk: Desk) -> None:
    one = desk.subscription(state="finished", finished_at=desk.cast.now)
    page = desk.change(one, "fees", status=422, cool_fee="100")
    assert "終了した定期購入は" in page
    desk.change(one, "notes", memo="電話あり")
    assert desk.now(one).memo == "電話あり"


def test_on_the_creation_date_nothing_but_the_memo_changes(desk: Desk) -> None:
    one = desk.subscription(next_delivery_on=date(2026, 12, 2))
    page = desk.change(one, "fees", status=422, cool_fee="100")
    assert "今日はこの定期購入の注文を作る日です。" in page


def test_an_order_that_is_made_already_is_named(desk: Desk) -> None:
    one = desk.subscription()
    desk.cast.order(desk.shop, "0000000001-1", subscription_id=one)
    desk.session.commit()
    page = plain(desk.get(f"{one}/changes/items"))
    assert "もう作られた注文は変わりません" in page
    assert "0000000001-1" in page


# --- two at once -----------------------------------------------------------------------------------------------------
def test_a_stale_form_overwrites_nothing_and_shows_what_happened(desk: Desk) -> None:
    one = desk.subscription()
    rest = f"{one}/changes/fees"
    page = desk.get(rest)
    desk.change(one, "fees", cool_fee="300")
    stale = {
        "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
        "version": page.split('name="version" type="hidden" value="')[1].split('"')[0],
    }
    answer = desk.client.post(
        f"/admin/shops/sakura/subscriptions/{rest}", data=values_of(page) | stale | {"cool_fee": "999"}
    )
    assert answer.status_code == 409
    assert "ほかの人が変えました。" in answer.text
    assert 'value="999"' in answer.text, "what was typed stands there still"
    assert desk.now(one).cool_fee == 300
    again = values_of(answer.text) | {
        "csrf_token": answer.text.split('name="csrf_token" value="')[1].split('"')[0],
        "version": str(desk.now(one).version),
    }
    assert desk.client.post(f"/admin/shops/sakura/subscriptions/{rest}", data=again).status_code == 303
    assert desk.now(one).cool_fee == 999


def test_the_quantity_is_a_number_field(desk: Desk) -> None:
    page = desk.get(f"{desk.subscription()}/changes/items")
    (field,) = re.findall(r'<input[^>]*name="items-0-quantity"[^>]*>', page)
    assert 'type="number"' in field
    assert 'min="1"' in field
