"""花子's payment was refused: on the phone to the payment company's page and back, and the order goes on."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.models import Card, Order, PaymentAttempt, Subscription
from tests.browser.phone import PATIENCE, Phone
from tests.browser.subscriber import Subscriber
from tests.waiting import until

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def hanako(phone: Phone) -> Subscriber:
    """Her card was refused when the order S-2 was made."""
    subscriber = Subscriber(phone, payment_method="クレジットカード")
    with subscriber.site.cast() as cast:
        card = cast.session.scalars(select(Card).filter_by(shop_id=subscriber.shop.id)).one()
        subscription = cast.session.get_one(Subscription, subscriber.id)
        subscription.card_id, card.last4 = card.id, "1881"
        order = cast.order(
            subscriber.shop,
            "S-2",
            total=1580,
            subscription_id=subscription.id,
            email=subscriber.mailbox,
            email_key=subscriber.mailbox,
            payment_method="クレジットカード",
            status="on_hold",
            authorised="held",
        )
        attempt = {"kind": "authorise", "gateway": "sandbox", "amount": 1580, "state": "refused", "actor": "job"}
        key = {"idempotency_key": f"{order.id.hex}-authorise-1", "reason": "card_declined", "asked_at": cast.now}
        ids = {"shop_id": subscriber.shop.id, "order_id": order.id, "card_id": card.id}
        cast.session.add(PaymentAttempt(**ids, **attempt, **key))
    subscriber.comes_in()
    return subscriber


def is_authorised(hanako: Subscriber) -> bool:
    with hanako.site.session() as session:
        order = session.scalars(select(Order).filter_by(shop_id=hanako.shop.id, code="S-2")).one()
        return (order.authorised, order.status) == ("done", "awaiting_shipment")


def test_one_press_leads_to_a_new_card_and_the_order_goes_on(hanako: Subscriber) -> None:
    phone = hanako.phone
    hanako.opens()
    phone.sees("お支払いの手続きができませんでした")
    phone.press("カードを変更する")
    hanako.proves_her_mail()
    phone.sees("新しいカードの確認が終わるまで、いまのカードをそのまま使います。")
    phone.press("カードを入力するページへ進む")
    phone.sees("お金は動きません")
    phone.press("登録しないで戻る")
    phone.sees_title("カードは登録されていません")
    phone.press("もう一度、カードを登録する")
    phone.press("カードを入力するページへ進む")
    phone.press("このカードを登録する")
    phone.sees_title("新しいカードに変わりました")
    phone.sees("受付番号")
    until(lambda: is_authorised(hanako))
    phone.press("定期購入のページへ")
    expect(phone.page.get_by_text("お支払いの手続きができませんでした")).to_have_count(0, timeout=PATIENCE)
    assert hanako.receipts == [("card", "done")]


def test_a_card_that_is_refused_leaves_the_old_one_and_cards_are_kept_in_order(hanako: Subscriber) -> None:
    phone = hanako.phone
    hanako.opens("/cards/new")
    hanako.proves_her_mail()
    phone.press("カードを入力するページへ進む")
    hanako.chooses("number", "4000000000000002")
    phone.press("このカードを登録する")
    phone.sees_title("このカードは登録できませんでした")
    hanako.opens("/cards/new")
    hanako.chooses("use", "later")
    phone.press("カードを入力するページへ進む")
    phone.press("このカードを登録する")
    phone.sees_title("カードを登録しました")
    hanako.opens("/cards")
    phone.press("いつものカードにする")
    phone.sees("いつものカードにしました")
    phone.press("この定期購入に、このカードを使う")
    phone.sees("•••• 1881")
    phone.press("このカードに変更する")
    expect(phone.page).to_have_url(re.compile("/done/"), timeout=PATIENCE)
    hanako.opens("/cards")
    phone.page.get_by_role("link", name="このカードを削除する").last.tap()
    phone.press("このカードを削除する")
    phone.sees("カードを削除しました")
    phone.press("このカードを削除する")
    phone.sees("削除できません")
