"""The order page as its buyer sees it."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from portal.models import BuyerSession, Order, Shipment, ShipmentItem, TrackingEvent
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import sign_in
from tests.page_text import answer_of, text_of

HTMX = {"HX-Request": "true"}


class Visitor:
    """花子 on her phone, looking at one of her orders."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self.client = client
        self.cast = cast
        self.shop = cast.shop()

    def order(self, **changes: Any) -> Order:
        return self.cast.order(self.shop, **changes)

    def page(self, order: Order, query: str = "") -> str:
        self.cast.session.commit()
        sign_in(self.client, self.shop, order)
        answer = self.client.get(f"/{self.shop.slug}/orders/{order.id}{query}")
        assert answer.status_code == 200
        return answer.text

    def tracking(self, order: Order, query: str = "") -> str:
        return self.client.get(f"/{self.shop.slug}/orders/{order.id}/tracking{query}", headers=HTMX).text


@pytest.fixture
def hanako(client: FlaskClient, cast: Cast) -> Visitor:
    return Visitor(client, cast)


def happened(
    cast: Cast, parcel: Shipment, state: str, *, day: int = 21, words: str = "", place: str = "大阪梅田営業所"
) -> None:
    at = datetime(2026, 11, day, 0, 12, tzinfo=UTC)
    cast.session.add(
        TrackingEvent(
            shop_id=parcel.shop_id, shipment_id=parcel.id, occurred_at=at, state=state, words=words, place=place
        )
    )
    parcel.tracking_state = state or parcel.tracking_state


def test_the_answer_stands_first_and_the_day_below_it(hanako: Visitor) -> None:
    order = hanako.order()
    parcel = hanako.cast.shipment(order, requested_on=date(2026, 11, 21), requested_slot="1416")
    happened(hanako.cast, parcel, "out_for_delivery")

    page = hanako.page(order)

    assert answer_of(page) == "お荷物は配達中です"
    assert "お届け予定 本日 11月21日(土) 14〜16時" in text_of(page)
    assert 'aria-current="step">配達中' in page


def test_a_parcel_shows_who_carries_it_and_where_it_is(hanako: Visitor) -> None:
    order = hanako.order()
    parcel = hanako.cast.shipment(order)
    happened(hanako.cast, parcel, "in_transit")

    page = hanako.page(order)

    assert "ヤマト運輸 宅急便" in text_of(page)
    assert "1234-5678-9010" in page
    assert 'data-copy="123456789010"' in page
    assert "id=123456789010" in page, "the carrier's own page"
    assert "11月21日(土) 9:12" in text_of(page), "Tokyo's clock"
    assert "大阪梅田営業所" in page


def test_after_a_failed_attempt_the_page_says_what_to_do_now(hanako: Visitor) -> None:
    order = hanako.order()
    happened(hanako.cast, hanako.cast.shipment(order), "attempted")

    page = hanako.page(order)

    assert answer_of(page) == "ご不在のため、お届けできませんでした"
    assert re.search(r'<a class="button primary" href="https://[^"]*kuronekoyamato[^"]*"[^>]*>再配達を申し込む', page)


def test_a_number_that_the_carrier_does_not_know_on_the_ship_day_is_being_registered(hanako: Visitor) -> None:
    order = hanako.order()
    hanako.cast.shipment(order, shipped_on=date(2026, 11, 21))

    assert "配送会社への登録待ちです" in hanako.page(order)


def test_words_that_we_do_not_know_are_shown_as_they_came(hanako: Visitor) -> None:
    order = hanako.order()
    parcel = hanako.cast.shipment(order, carrier="other", service="赤帽")
    happened(hanako.cast, parcel, "", words="離島船便待ち")

    page = text_of(hanako.page(order))

    assert "離島船便待ち" in page
    assert "赤帽" in page
    assert "その他" not in page


def test_several_parcels_are_counted_and_each_says_what_is_in_it(hanako: Visitor) -> None:
    order = hanako.order()
    first, second = hanako.cast.shipment(order), hanako.cast.shipment(order, tracking_number="400012345678")
    happened(hanako.cast, first, "delivered")
    happened(hanako.cast, second, "out_for_delivery")
    for parcel, line in ((first, order.lines[0]), (second, order.lines[1])):
        hanako.cast.session.add(
            ShipmentItem(shop_id=order.shop_id, shipment_id=parcel.id, order_line_id=line.id, quantity=1)
        )

    page = hanako.page(order)

    assert answer_of(page) == "お荷物2個のうち1個を配達中です"
    under_way, delivered = page.split('<article class="parcel"')[1:]
    assert "煎茶 やぶきた 100g × 1" in text_of(delivered.split("</article>")[0])
    assert "急須 青磁 × 1" in text_of(under_way)


def test_a_bundled_parcel_says_so_and_one_held_back_for_it_too(hanako: Visitor) -> None:
    one, other, waiting = hanako.order(code="A-1"), hanako.order(code="A-2"), hanako.order(code="A-3")
    hanako.cast.shipment(one, other)
    hanako.cast.shipment(waiting, status="waiting", tracking_number="", shipped_on=None, held_for_bundling=True)

    assert "同梱されています" in hanako.page(one)
    assert answer_of(hanako.page(waiting)) == "まとめて出荷できるか確認しています"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("cancelled", "このご注文はキャンセルされました"),
        ("returned", "このご注文は返品されました"),
        ("on_hold", "出荷を見合わせています"),
    ],
)
def test_an_order_off_the_road_says_why(hanako: Visitor, status: str, sentence: str) -> None:
    page = hanako.page(hanako.order(status=status, cancelled_at=datetime(2026, 11, 20, tzinfo=UTC)))

    assert answer_of(page) == sentence
    assert ("お届けまでの流れ" in page) is (status == "on_hold")


COD = {"payment_method": "代金引換", "payment_class": "cod", "payment_state": "unpaid"}
BY_INVOICE = {"payment_method": "NP後払い", "payment_class": "deferred", "payment_state": "unpaid"}
REFUNDED = "返金のあるご注文です。詳しくは当店へお問い合わせください。"
AWAITED = "ご入金を確認できていません"


def of_payment(page: str) -> str:
    (said,) = re.findall(r"<dt>(?:お支払い|Payment)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", said)


@pytest.mark.parametrize(
    ("facts", "method", "said"),
    [
        ({"status": "shipped"} | COD, "代金引換", ""),
        ({"status": "awaiting_shipment", "payment_state": "unpaid"}, "クレジットカード", AWAITED),
        ({"status": "cancelled", "payment_state": "unpaid"}, "クレジットカード", "お支払いは不要です"),
        ({"status": "cancelled"} | COD, "代金引換", "お支払いは不要です"),
        ({"status": "cancelled", "refunded": 3280}, "クレジットカード", "¥3,280をご返金しました。"),
        ({"status": "cancelled", "payment_state": "refunded"}, "クレジットカード", REFUNDED),
        (
            {"status": "return_pending"} | BY_INVOICE,
            "NP後払い",
            "お支払いの取り消し手続き中です。請求書が届いても、お支払いはお待ちください。",
        ),
    ],
)
def test_what_is_said_of_the_payment_fits_where_the_order_stands(
    hanako: Visitor, facts: dict[str, Any], method: str, said: str
) -> None:
    page = hanako.page(hanako.order(**facts))

    assert of_payment(page) == f"{method}{said}"
    assert (AWAITED in page) is (said == AWAITED)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("代金引換", "Cash on delivery"),
        ("代金引換（クレジットカード不可）", "Cash on delivery"),
        ("NP後払い", "Deferred payment (NP)"),
        ("PayPay", "PayPay"),
        ("あとで相談", "あとで相談"),
    ],
)
def test_a_payment_has_an_english_name_where_its_words_are_known(hanako: Visitor, words: str, shown: str) -> None:
    order = hanako.order(payment_method=words)
    assert of_payment(hanako.page(order, "?lang=en")) == shown
    assert of_payment(hanako.page(order, "?lang=ja")) == words


def test_amounts_carry_every_charge_the_reduced_mark_and_the_tax_per_rate(hanako: Visitor) -> None:
    order = hanako.order(
        shipping_fee=600, payment_fee=330, discount=500, coupon=100, points_used=110, total=3500, payment_state="unpaid"
    )

    page = text_of(hanako.page(order))

    assert "煎茶 やぶきた 100g ※ ¥1,080 × 1 ¥1,080" in page
    for words in ("小計 ¥3,280", "送料 ¥600", "手数料 ¥330", "値引き −¥500", "クーポン −¥100", "ポイント利用 −¥110"):
        assert words in page
    assert "合計（税込） ¥3,500" in page
    assert re.search(r"8%対象 ※ （うち消費税 ¥\d+） ¥[\d,]+ 10%対象 （うち消費税 ¥\d+） ¥", page)
    assert "ご入金を確認できていません" in page


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"points_used": 3280, "total": 0}, "合計（税込） ¥0"),
        ({"discount": 4000, "total": -720}, "合計（税込） −¥720"),
        ({"total": 12345678}, "合計（税込） ¥12,345,678"),
    ],
)
def test_strange_totals_are_shown_as_they_are(hanako: Visitor, changes: dict[str, int], total: str) -> None:
    assert total in text_of(hanako.page(hanako.order(**changes)))


def test_a_line_of_unknown_rate_leaves_out_the_tax_rather_than_guessing_it(hanako: Visitor) -> None:
    line = {"name": "不明な品", "quantity": 1, "unit_price": 500, "amount": 500, "tax_rate": None}

    page = text_of(hanako.page(hanako.order(lines=[line])))

    assert "合計（税込） ¥500" in page
    assert "消費税" not in page


def test_of_a_long_order_five_lines_are_shown_and_the_rest_unfolds(hanako: Visitor) -> None:
    lines = [
        {"name": f"お茶{number:02}", "quantity": 1, "unit_price": 10, "amount": 10, "tax_rate": 8}
        for number in range(1, 61)
    ]

    page = hanako.page(hanako.order(lines=lines))

    shown, folded = page.split('<details class="more">')
    assert "お茶05" in shown
    assert "お茶06" not in shown
    assert "ほかの55点を見る" in folded
    assert "お茶60" in folded


def test_the_address_is_masked_until_the_second_step(hanako: Visitor, cast: Cast) -> None:
    order = hanako.order()

    masked = hanako.page(order)
    assert "梅田" not in masked
    assert "090-••••-5678" in masked
    assert f"/sakura/second-step?order={order.id}" in masked

    for session in cast.session.query(BuyerSession):
        session.proved_email_key = order.email_key
    cast.session.commit()
    shown = hanako.client.get(f"/sakura/orders/{order.id}").text
    assert "大阪府大阪市北区梅田1-2-3 メゾン桜 405" in shown
    assert "090-1234-5678" in shown


def test_other_orders_show_after_the_second_step_only(hanako: Visitor, cast: Cast) -> None:
    order, other = hanako.order(code="A-1"), hanako.order(code="A-2")

    assert "A-2" not in hanako.page(order)

    for session in cast.session.query(BuyerSession):
        session.proved_email_key = order.email_key
    cast.session.commit()
    page = hanako.client.get(f"/sakura/orders/{order.id}").text
    assert f'href="/sakura/orders/{other.id}"' in page


def test_the_partial_is_the_same_root_as_on_the_page_and_asks_for_itself_more_rarely(hanako: Visitor) -> None:
    order = hanako.order()
    happened(hanako.cast, hanako.cast.shipment(order), "in_transit")
    page = hanako.page(order)

    early, late = hanako.tracking(order, "?n=1"), hanako.tracking(order, "?n=40")

    assert 'data-hx-trigger="every 60s' in page
    assert early.strip().startswith('<section id="tracking"')
    assert "<html" not in early
    assert f"/sakura/orders/{order.id}/tracking?n=2" in unescape(early)
    assert 'data-hx-trigger="every 600s' in late


def test_the_partial_stops_asking_once_the_parcel_has_come(hanako: Visitor) -> None:
    order = hanako.order()
    parcel = hanako.cast.shipment(order)
    happened(hanako.cast, parcel, "in_transit")
    assert "data-hx-get" in hanako.page(order)

    happened(hanako.cast, parcel, "delivered", day=22)
    hanako.cast.session.commit()

    fresh = hanako.tracking(order)
    assert "data-hx-get" not in fresh
    assert answer_of(fresh) == "お荷物をお届けしました"


def test_the_partials_own_questions_do_not_keep_the_visit_alive(hanako: Visitor, clock: Clock) -> None:
    order = hanako.order()
    happened(hanako.cast, hanako.cast.shipment(order), "in_transit")
    hanako.page(order)

    for _ in range(7):
        clock.forward(minutes=5)
        hanako.tracking(order)

    answer = hanako.client.get(f"/sakura/orders/{order.id}")
    assert answer.status_code == 303, "thirty idle minutes have passed"


def test_the_partial_of_an_ended_visit_sends_the_page_to_the_login(hanako: Visitor, clock: Clock) -> None:
    order = hanako.order()
    hanako.page(order)
    clock.forward(minutes=31)

    answer = hanako.client.get(f"/sakura/orders/{order.id}/tracking", headers=HTMX)

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/sakura/")


def test_the_partials_address_opened_by_hand_leads_to_the_page(hanako: Visitor) -> None:
    order = hanako.order()
    hanako.page(order)

    answer = hanako.client.get(f"/sakura/orders/{order.id}/tracking")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sakura/orders/{order.id}")


def test_someone_elses_and_unknown_orders_are_not_there(hanako: Visitor) -> None:
    own, taros = hanako.order(), hanako.order(code="A-9", email_key="taro@example.jp", buyer_name="佐藤 太郎")
    hanako.page(own)

    for order_id in (taros.id, uuid4()):
        assert hanako.client.get(f"/sakura/orders/{order_id}").status_code == 404
        assert hanako.client.get(f"/sakura/orders/{order_id}/tracking", headers=HTMX).status_code == 404


def test_the_page_wears_the_shops_name_and_colour_and_says_how_to_reach_it(hanako: Visitor) -> None:
    hanako.shop.accent = "#b3222d"

    page = hanako.page(hanako.order())

    assert "--accent:#b3222d" in page
    assert 'href="tel:075-000-0000"' in page
    assert "平日 10時〜17時" in page


def test_names_from_a_file_are_text_and_never_markup(hanako: Visitor) -> None:
    line = {"name": "<script>alert(1)</script>", "quantity": 1, "unit_price": 1, "amount": 1, "tax_rate": 8}

    page = hanako.page(hanako.order(lines=[line]))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- several parcels -------------------------------------------------------------------------------------------------
def test_the_parcel_under_way_stands_before_the_delivered_one_and_keeps_its_number(hanako: Visitor) -> None:
    order = hanako.order()
    hanako.cast.shipment(order, tracking_state="delivered")
    hanako.cast.shipment(order, tracking_state="out_for_delivery", tracking_number="123456789021")
    page = hanako.page(order)
    assert re.findall(r'<article class="parcel" id="parcel-(\d)"', page) == ["2", "1"]
    names = re.findall(r'id="copy-\d"[^>]*aria-label="([^"]+)"', page)
    assert names == ["番号をコピー お荷物 2", "番号をコピー お荷物 1"]


@pytest.mark.parametrize(("state", "words"), [("exception", "住所不明"), ("held", "営業所保管中")])
def test_what_keeps_a_parcel_is_said_in_the_carriers_words_outside_the_history(
    hanako: Visitor, state: str, words: str
) -> None:
    order = hanako.order()
    parcel = hanako.cast.shipment(order, tracking_state=state)
    happened(hanako.cast, parcel, state, words=words)
    shown = text_of(hanako.page(order).partition("<details")[0])
    assert words in shown
    assert "お問い合わせ番号（送り状番号）" in shown
