"""What an order's page says of a payment in advance that is still to come."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.models import Shop
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import sign_in
from tests.page_text import text_of

UNPAID = {"payment_method": "銀行振込（前払い）", "payment_state": "unpaid", "status": "on_hold"}
ACCOUNT = "さくら銀行 本店\n普通 1234567 カ）サクラチャホ"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(prepay_account=ACCOUNT, prepay_days=7)


def page(client: FlaskClient, cast: Cast, shop: Shop, query: str = "", **facts: Any) -> str:
    order = cast.order(shop, **(UNPAID | facts))
    cast.session.commit()
    sign_in(client, shop, order)
    return client.get(f"/sakura/orders/{order.id}{query}").text


def test_an_order_that_waits_for_a_transfer_says_how_much_until_when_and_where_to(
    client: FlaskClient, cast: Cast, shop: Shop
) -> None:
    text = text_of(page(client, cast, shop))
    for words in (
        "ご入金を確認でき次第、出荷します。",
        "お支払い金額 ¥3,280",
        "お支払い期限 2026年11月25日(水)",
        "さくら銀行 本店 普通 1234567 カ）サクラチャホ",
    ):
        assert words in text
    assert "ただいま当店で確認しています" not in text


def test_after_the_deadline_the_shop_is_asked_first(client: FlaskClient, cast: Cast, shop: Shop, clock: Clock) -> None:
    clock.forward(days=4)
    assert "お支払い期限を過ぎています" not in page(client, cast, shop)
    clock.forward(days=1)
    html = page(client, cast, shop, code="A-2")
    assert "お支払い期限を過ぎています。お振込みの前に、当店へお問い合わせください。" in html
    assert "kind=payment" in html


def test_without_an_account_the_page_leads_to_the_shop(client: FlaskClient, cast: Cast) -> None:
    html = page(client, cast, cast.shop())
    assert "お支払い金額" in html
    assert "お支払い期限" not in html
    assert "お振込先" not in html
    assert "kind=payment" in html.partition('id="prepayment"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    "facts",
    [
        {"payment_state": "paid"},
        {"payment_method": "クレジットカード"},
        {"payment_method": "NP後払い"},
        {"status": "shipped"},
        {"status": "cancelled"},
    ],
)
def test_nothing_is_asked_of_who_has_nothing_to_pay_in_advance(
    client: FlaskClient, cast: Cast, shop: Shop, facts: dict[str, str]
) -> None:
    html = page(client, cast, shop, **facts)
    assert "お支払いのお願い" not in html
    assert "1234567" not in html


def test_in_english_the_sums_and_days_are_english(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    text = text_of(page(client, cast, shop, "?lang=en"))
    for words in ("Payment due", "Pay by", "Transfer to", "We will ship your order as soon as"):
        assert words in text


def test_the_typed_code_of_a_gift_tells_nothing_of_it(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    html = page(client, cast, shop, recipient_name="佐藤 太郎")
    for words in ("3,280", "1234567", "ご入金", "お支払い"):
        assert words not in html
