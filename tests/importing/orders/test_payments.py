"""Payments in files from the field: what their buyers and staff see after the real import."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from portal.payments.rules.methods import PaymentClass, classify
from tests.admin.signing_in import signed_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import RAKUTEN, order, table, take_in, the_order
from tests.mypage.signing_in import link, submit
from tests.page_text import text_of

FIELD = Path(__file__).parents[1] / "field"
OFFER = "領収書を発行する"
ASK = "当店へお問い合わせください"


def page_of(client: FlaskClient, shop: Shop, order: Order, typed: str) -> str:
    """Log in by the order's link and return the order page's text."""
    answer = submit(client, link(client, shop, order), {"typed": typed})
    assert answer.status_code == 303
    return text_of(client.get(answer.location).text)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("HC1-0", "配達員がお渡しする領収書"),
        ("HC1-1", "配達員がお渡しする領収書"),
        ("HC1-2", "払込受領証が領収書の代わりになります"),
        ("HC1-3", OFFER),
    ],
)
def test_who_gives_the_receipt_for_words_that_deny_a_card(
    client: FlaskClient, cast: Cast, session: Session, clock: Clock, code: str, said: str
) -> None:
    shop = cast.shop()
    take_in(session, shop, (FIELD / "payment-words.csv").read_bytes(), clock())
    page = page_of(client, shop, the_order(session, code), "山田花子")
    assert said in page
    assert (OFFER in page) == (said == OFFER)


def test_a_bank_transfer_that_denies_cards_names_no_card(
    client: FlaskClient, cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    take_in(session, shop, (FIELD / "payment-words.csv").read_bytes(), clock())
    bought = the_order(session, "HC1-3")
    page_of(client, shop, bought, "山田花子")
    form = client.get(f"/{shop.slug}/orders/{bought.id}/receipt")
    assert form.status_code == 200
    assert "クレジットカード利用" not in form.text


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        ("HC2-0", "payment_refunded", "返金のある注文です。"),
        ("HC2-1", "payment_refunded", "返金のある注文です。"),
        ("HC2-2", "payment_failed", "決済が失敗したか、取り消されています。"),
    ],
)
def test_money_that_went_back_or_never_came_gives_no_receipt_and_staff_are_told(
    client: FlaskClient, cast: Cast, session: Session, clock: Clock, code: str, reason: str, told: str
) -> None:
    shop = cast.shop()
    take_in(session, shop, (FIELD / "refunds.csv").read_bytes(), clock())
    bought = the_order(session, code)
    assert bought.needs_attention == reason
    session.commit()
    page = page_of(client, shop, bought, "山田花子")
    assert OFFER not in page
    assert ASK in page
    session.rollback()
    staff = signed_in(client, cast, shop)
    assert told in text_of(staff.get(f"/admin/shops/{shop.slug}/").text)


def test_shopifys_refunded_amount_stops_the_receipt(
    client: FlaskClient, cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop(slug="aozora", platform="shopify", login_element="phone")
    take_in(session, shop, (FIELD / "refunds-shopify.csv").read_bytes(), clock(), mapping="shopify")
    bought = the_order(session, "#HC2A")
    assert (bought.refunded, bought.total, bought.needs_attention) == (1080, 3900, "payment_refunded")
    page = page_of(client, shop, bought, "090-1234-5678")
    assert OFFER not in page
    assert "返金のあるご注文のため" in page


def test_a_refund_that_comes_later_is_told_and_taken_back_when_it_was_none(
    cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    for amount, reason in (("0", ""), ("500", "payment_refunded"), ("0", "")):
        take_in(session, shop, table(order(返金額=amount)), clock())
        assert (the_order(session).refunded, the_order(session).needs_attention) == (int(amount), reason)


def test_a_canceled_order_that_was_paid_back_is_nobodys_work(cast: Cast, session: Session, clock: Clock) -> None:
    take_in(session, cast.shop(), table(order(注文ステータス="キャンセル", 入金ステータス="返金済み")), clock())
    assert (the_order(session).payment_state, the_order(session).needs_attention) == ("refunded", "")


def test_words_that_are_not_known_are_kept_until_the_shop_teaches_them(
    client: FlaskClient, cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    row = order(入金ステータス="ＺＥＵＳ完了", 注文ステータス="出荷済み", 出荷日="2026/11/20")
    take_in(session, shop, table(row), clock())
    bought = the_order(session)
    assert (bought.payment_state, bought.payment_state_words) == ("unread", "ＺＥＵＳ完了")
    assert "お支払いの状況を確認できないため" in page_of(client, shop, bought, "山田花子")
    session.rollback()
    shop.payment_state_words = {"ZEUS完了": "paid"}
    session.commit()
    assert OFFER in text_of(client.get(f"/{shop.slug}/orders/{bought.id}").text)


def test_a_word_that_is_known_again_forgets_the_unknown_one(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    for words, kept in (("要連絡", "要連絡"), ("入金済み", "")):
        take_in(session, shop, table(order(入金ステータス=words)), clock())
        assert the_order(session).payment_state_words == kept


def test_an_order_without_payment_words_takes_the_shops_answer(
    client: FlaskClient, cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    take_in(session, shop, table(order(支払方法="", 注文ステータス="出荷済み", 出荷日="2026/11/20")), clock())
    bought = the_order(session)
    assert OFFER not in page_of(client, shop, bought, "山田花子")
    session.rollback()
    shop.payment_words = {"(なし)": "wallet"}
    session.commit()
    assert OFFER in text_of(client.get(f"/{shop.slug}/orders/{bought.id}").text)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1", PaymentClass.CARD),
        ("2", PaymentClass.COD),
        ("4", PaymentClass.UNKNOWN),
        ("7", PaymentClass.UNKNOWN),
        ("8", PaymentClass.WALLET),
        ("9", PaymentClass.SHOP),
        ("12", PaymentClass.WALLET),
        ("13", PaymentClass.CONVENIENCE),
        ("14", PaymentClass.CONVENIENCE),
        ("16", PaymentClass.WALLET),
        ("17", PaymentClass.WALLET),
        ("21", PaymentClass.DEFERRED),
        ("27", PaymentClass.WALLET),
        ("99", PaymentClass.UNKNOWN),
    ],
)
def test_rakutens_codes_of_payment_methods(
    cast: Cast, session: Session, clock: Clock, code: str, kind: PaymentClass
) -> None:
    take_in(session, cast.shop(), table(RAKUTEN | {"支払方法名": code}), clock(), mapping="rakuten")
    saved = the_order(session, "R-1")
    assert classify(saved.payment_method) == kind
    assert (saved.payment_method == code) == (code == "99"), "a code that is not published stays for staff"


@pytest.mark.parametrize(
    ("returned", "au_returned", "points"), [("N", "N", 150), ("Y", "N", 50), ("N", "y", 100), ("Y", "Y", 0)]
)
def test_points_that_aupay_gave_back_are_not_counted(
    cast: Cast, session: Session, clock: Clock, returned: str, au_returned: str, points: int
) -> None:
    row = {"orderId": "5001", "orderDate": "2026/11/18 12:34", "ordererName": "髙橋 花子", "itemName": "煎茶"}
    row |= {"unit": "1", "itemPrice": "1080", "totalItemPrice": "1080", "requestPrice": str(1080 - points)}
    row |= {"usePoint": "100", "usePointCancel": returned, "useAuPointPrice": "50", "useAuPointCancel": au_returned}
    take_in(session, cast.shop(default_tax_rate=8), table(row), clock(), mapping="aupay")
    saved = the_order(session, "5001")
    assert (saved.points_used, saved.total, saved.needs_attention) == (points, 1080 - points, "")
