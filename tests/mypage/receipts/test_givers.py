"""What a buyer reads where the shop gives no receipt: who gives one instead, and what the statement is good for."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.mypage.signing_in import sign_in
from tests.page_text import text_of
from tests.shipments.shipped import order

__all__ = ["order"]

OFFER = "領収書を発行する"
SLIP = "お支払い時の払込受領証が領収書の代わりになります。"
STATEMENT = "税込金額と登録番号は購入明細書でご確認いただけます"
ASK = "お問い合わせ"


def pages(client: FlaskClient, shop: Shop, order: Order, language: str = "") -> tuple[str, str]:
    """Log in and return the texts of 書類 on the order page, and of the page that refuses the receipt."""
    sign_in(client, shop, order)
    path = f"/{shop.slug}/orders/{order.id}"
    documents = client.get(f"{path}{language}").text.partition('id="documents"')[2].partition("</section>")[0]
    refused = client.get(f"{path}/receipt{language}")
    assert refused.status_code == 409
    return text_of(documents), text_of(refused.text.partition("<main")[2].partition("</main>")[0])


@pytest.mark.parametrize(
    ("method", "said", "asks"),
    [
        ("代金引換", "お届け時に配達員がお渡しする領収書", False),
        ("コンビニ決済", "店頭のレジで受け取った領収書", False),
        ("NP後払い", SLIP, False),
        ("GMO後払い", SLIP, False),
        ("後払い.com", SLIP, False),
        ("クロネコ代金後払い", SLIP, False),
        ("あと払い（ペイディ）", "ペイディ（Paidy）のアプリまたはページ", True),
        ("atone", "atone（アトネ）のアプリまたはページ", True),
        ("後払い決済", "後払い決済会社が発行する領収書", False),
    ],
)
def test_who_gives_the_receipt_of_a_payment_that_others_take(
    client: FlaskClient, shop: Shop, order: Order, session: Session, method: str, said: str, asks: bool
) -> None:
    order.payment_method = method
    session.commit()
    for text in pages(client, shop, order):
        assert said in text
        assert STATEMENT in text
        assert "購入明細書を開く" in text
        assert (ASK in text) == asks
        assert OFFER not in text


def test_a_shop_without_a_number_promises_none(client: FlaskClient, shop: Shop, order: Order, session: Session) -> None:
    order.payment_method, shop.registration_number = "NP後払い", ""
    session.commit()
    for text in pages(client, shop, order):
        assert "税込金額は購入明細書でご確認いただけます" in text
        assert "登録番号" not in text


def test_the_sentences_speak_english(client: FlaskClient, shop: Shop, order: Order, session: Session) -> None:
    order.payment_method = "Paidy"
    session.commit()
    for text in pages(client, shop, order, "?lang=en"):
        assert "Paidy" in text
        assert "領収書" not in text


@pytest.mark.parametrize(
    ("platform", "method", "said"),
    [
        ("rakuten", "クレジットカード", "楽天市場の「購入履歴」から"),
        ("rakuten", "代金引換", "お届け時に配達員がお渡しする領収書"),
        ("yahoo", "クレジットカード", "Yahoo!ショッピングの「注文履歴」から"),
        ("aupay", "auかんたん決済", "「購入履歴」にある「詳細を見る」から"),
        ("aupay", "後払い決済", "後払い決済会社が発行する領収書"),
    ],
)
def test_a_mall_gives_the_receipt_until_the_shop_is_switched_on(
    client: FlaskClient, shop: Shop, order: Order, session: Session, platform: str, method: str, said: str
) -> None:
    shop.platform, order.payment_method = platform, method
    session.commit()
    for text in pages(client, shop, order):
        assert said in text
        assert OFFER not in text
    order.payment_method = "クレジットカード"
    shop.marketplace_receipts = True
    session.commit()
    assert client.get(f"/sakura/orders/{order.id}/receipt").status_code == 200


def test_the_shops_own_no_is_read_in_its_own_words(
    client: FlaskClient, shop: Shop, order: Order, session: Session
) -> None:
    shop.receipt_answers = {"class:card": ["no", "カード会社のご利用明細をご利用ください。"]}
    session.commit()
    for text in pages(client, shop, order):
        assert "カード会社のご利用明細をご利用ください。" in text
        assert STATEMENT in text
    shop.receipt_answers = {"class:card": ["no", ""]}
    session.commit()
    assert "このお支払い方法のご注文には、領収書を発行していません" in pages(client, shop, order)[0]


def test_the_shops_own_yes_lets_buyers_issue_what_others_collect(
    client: FlaskClient, shop: Shop, order: Order, session: Session
) -> None:
    order.payment_method, shop.receipt_answers = "NP後払い", {"product:np": ["yes", ""]}
    session.commit()
    sign_in(client, shop, order)
    receipt = f"/sakura/orders/{order.id}/receipt"
    assert client.get(receipt).status_code == 200
    order.payment_state = "unknown"
    session.commit()
    refused = client.get(receipt)
    assert refused.status_code == 409
    assert "お支払いの確認ができたあとに発行できます" in refused.text
