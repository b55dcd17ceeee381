"""花子's payment was refused: her phone goes to the payment company's page and back, and the order goes on."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.models import Order
from tests.browser.phone import PATIENCE, Phone
from tests.browser.subscriber import Subscriber
from tests.waiting import until

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def hanako(speaking: Phone) -> Subscriber:
    """Return 花子 signed in, whose card was refused when the order S-2 was made."""
    subscriber = Subscriber(speaking, payment_method="クレジットカード")
    subscriber.has_a_refused_order(last4="1881")
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
    phone.sees("新しいカードの確認が終わるまで、現在のカードを引き続き使用します。")
    phone.press("カードの入力ページへ進む")
    phone.sees("これは練習用のページです。お金は動きません。")
    phone.press("登録せずに戻る")
    phone.sees_title("カードは登録されていません")
    phone.press("もう一度カードを登録する")
    phone.press("カードの入力ページへ進む")
    phone.press("このカードを登録する")
    phone.sees_title("お支払いに使うカードを変更しました")
    phone.sees("受付番号")
    until(lambda: is_authorised(hanako))
    phone.press("定期購入ページへ")
    expect(phone.page).to_have_url(re.compile(f"/subscriptions/{hanako.id}$"), timeout=PATIENCE)
    expect(phone.page.locator("main [role=alert]")).to_have_count(0, timeout=PATIENCE)
    assert hanako.receipts == [("card", "done")]


def test_a_card_that_is_refused_leaves_the_old_one_and_cards_are_kept_in_order(hanako: Subscriber) -> None:
    phone = hanako.phone
    hanako.opens("/cards/new")
    hanako.proves_her_mail()
    phone.press("カードの入力ページへ進む")
    hanako.chooses("number", "4000000000000002")
    phone.press("このカードを登録する")
    phone.sees_title("このカードは登録できませんでした")
    hanako.opens("/cards/new")
    hanako.chooses("use", "later")
    phone.press("カードの入力ページへ進む")
    phone.press("このカードを登録する")
    phone.sees_title("カードを登録しました")
    hanako.opens("/cards")
    phone.press("いつものカードに設定する")
    phone.sees("いつものカードに設定しました。現在の定期購入のお支払いは変わりません。")
    phone.press("この定期購入に、このカードを使う")
    phone.sees("•••• 1881")
    phone.press("このカードに変更する")
    expect(phone.page).to_have_url(re.compile("/done/"), timeout=PATIENCE)
    hanako.opens("/cards")
    phone.page.locator("main a[href$='/delete']").last.tap()
    phone.press("このカードを削除する")
    phone.sees("カードを削除しました。")
    phone.press("このカードを削除する")
    phone.sees("このカードは、次の定期購入のお支払いに使っているため、削除できません。")
