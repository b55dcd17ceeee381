"""How a buyer logs in, is asked again, and logs out."""

import re

import pytest

from portal.models import Order, Shop
from tests.browser.conftest import OpenPhone
from tests.browser.phone import Phone, expect
from tests.browser.signing_in import sign_in
from tests.browser.site import Site
from tests.cast import TARO


def page_of(order: Order, shop: Shop) -> str:
    return f"/{shop.slug}/orders/{order.id}"


def knows_nothing(phone: Phone) -> None:
    """Fail if anything of 花子's order is on the screen or in the page's source."""
    source = phone.page.content()
    for secret in ("山田", "ヤマダ", "煎茶", "3,280", "梅田", "123456789010", "1234-5678-9010"):
        assert secret not in source, secret


def test_code_from_the_mail_and_phone_number(site: Site, phone: Phone) -> None:
    with site.cast() as cast:
        shop = cast.shop(slug=site.new_slug(), login_element="phone")
        order = cast.order(shop)
    phone.open(f"/{shop.slug}/")
    phone.write("ご注文番号", "ａ-10234")
    field = phone.page.get_by_label("電話番号")
    assert field.get_attribute("inputmode") == "tel"
    assert field.get_attribute("autocomplete") == "tel"
    field.fill("０９０（１２３４）５６７８")
    phone.press("確認する")
    phone.sees_title("ご注文を受け付けました")
    assert phone.page.url == site.url(page_of(order, shop))


def test_six_wrong_names_and_the_door_is_shut_for_a_quarter_of_an_hour(
    site: Site, phone: Phone, shop: Shop, order: Order
) -> None:
    phone.expected |= {422, 429}
    phone.open(site.link(shop, order))
    for _ in range(5):
        phone.write("お名前", "さとう たろう")
        phone.press("確認する")
        phone.sees("確認できませんでした")
        knows_nothing(phone)
    phone.write("お名前", "やまだ はなこ")
    phone.press("確認する")
    phone.sees_title("少し時間をおいてください")
    phone.sees("あと15分")
    phone.sees("075-000-0000")
    knows_nothing(phone)
    site.clock.forward(minutes=16)
    sign_in(phone, shop, order)


def test_an_unknown_code_is_told_the_same_as_a_wrong_name(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    phone.expected.add(422)
    told = []
    for code, name in (("A-10234", "山田 太郎"), ("A-99999", "山田 花子")):
        phone.open(f"/{shop.slug}/")
        phone.write("ご注文番号", code)
        phone.write("お名前", name)
        phone.press("確認する")
        phone.sees("確認できませんでした")
        told.append(phone.text())
    phone.open(f"/{shop.slug}/o/x{site.link(shop, order).rsplit('/', 1)[1]}")
    phone.sees("確認できませんでした")
    told.append(phone.text())
    assert told[0] == told[1] == told[2]


def test_an_empty_field_says_what_to_do(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    phone.expected.add(422)
    phone.open(site.link(shop, order))
    phone.press("確認する")
    phone.sees("お名前を入力してください。")


def test_the_link_opened_again_goes_straight_to_the_order(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.open(site.link(shop, order))
    phone.sees_title("お荷物を出荷しました")


def test_half_an_hour_away_asks_for_the_name_again(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    site.clock.forward(minutes=31)
    phone.open(page_of(order, shop))
    phone.sees("しばらく操作がなかった")
    phone.sees("A-10234")
    phone.write("お名前", "山田花子")
    phone.press("確認する")
    phone.sees_title("お荷物を出荷しました")


def test_nothing_is_left_behind_the_back_button_after_signing_out(
    site: Site, phone: Phone, shop: Shop, order: Order
) -> None:
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.sees_title("領収書の発行")
    phone.page.go_back()
    phone.sees("A-10234")
    phone.press("ログアウト")
    phone.sees("ログアウトしました")
    for _ in range(2):
        phone.page.go_back()
        phone.page.wait_for_load_state()
        knows_nothing(phone)
    phone.open(page_of(order, shop))
    phone.sees_title("ご注文の確認")


def test_two_shops_in_one_browser_do_not_disturb_each_other(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    with site.cast() as cast:
        other_shop = cast.shop(slug=site.new_slug(), name="もみじ堂")
        other = cast.order(other_shop)
    sign_in(phone, shop, order)
    sign_in(phone, other_shop, other)
    phone.press("ログアウト")
    phone.sees("ログアウトしました")
    phone.open(page_of(order, shop))
    phone.sees_title("お荷物を出荷しました")


def test_the_chosen_language_stays(site: Site, open_phone: OpenPhone, phone: Phone, shop: Shop, order: Order) -> None:
    def language() -> str | None:
        return phone.page.locator("html").get_attribute("lang")

    phone.open(site.link(shop, order))
    assert language() == "ja"
    phone.press("English")
    expect(phone.page.get_by_role("link", name="日本語")).to_be_visible()
    assert language() == "en"
    phone.page.locator("main input[type=text]").fill("Yamada Hanako")
    phone.page.locator("main button").tap()
    phone.sees_title("Your order has been shipped")
    assert language() == "en"
    phone.page = phone.context.new_page()
    phone.open(page_of(order, shop))
    assert language() == "en"
    phone.press("日本語")
    phone.sees_title("お荷物を出荷しました")


def test_the_first_guess_is_the_phones_own_language(
    site: Site, open_phone: OpenPhone, shop: Shop, order: Order
) -> None:
    visitor = open_phone(language="en-GB")
    visitor.open(site.link(shop, order))
    assert visitor.page.locator("html").get_attribute("lang") == "en"


@pytest.fixture
def mailbox(site: Site) -> tuple[Shop, Order, str]:
    """Return a shop, an order with a mail address of its own, and that address; the buyer has another order."""
    with site.cast() as cast:
        shop = cast.shop(slug=site.new_slug())
        address = f"hanako@{shop.slug}.example.jp"
        mine = {"email": address, "email_key": address}
        order = cast.order(shop, **mine)
        cast.shipment(order)
        cast.order(shop, code="A-20000", **mine)
        cast.order(shop, code="B-30000", **TARO)
        return shop, order, address


def test_the_mailed_code_shows_the_address_and_the_other_orders(
    site: Site, phone: Phone, mailbox: tuple[Shop, Order, str]
) -> None:
    shop, order, address = mailbox
    sign_in(phone, shop, order)
    assert "A-20000" not in phone.text()
    phone.press("住所・電話番号を表示する")
    phone.press("確認コードを送る")
    phone.sees("確認コードをお送りしました")
    assert address not in phone.text(), "only who knows it can read it"

    (digits,) = re.findall(r"\b\d{6}\b", site.new_text(address))
    field = phone.page.get_by_label("確認コード")
    assert field.get_attribute("autocomplete") == "one-time-code"
    phone.expected.add(422)
    field.fill(f"{(int(digits) + 1) % 1_000_000:06}")
    phone.press("確認する")
    phone.sees("あと4回入力できます")
    phone.page.get_by_label("確認コード").fill(digits)
    phone.press("確認する")
    phone.sees("梅田1-2-3 メゾン桜 405")
    phone.press("A-20000")
    phone.sees("ご注文 A-20000")
    assert "B-30000" not in phone.text()


def test_a_lost_link_comes_again_by_mail(site: Site, phone: Phone, mailbox: tuple[Shop, Order, str]) -> None:
    shop, _, address = mailbox
    phone.open(f"/{shop.slug}/")
    phone.press("メールのリンクを再送したい")
    phone.write("メールアドレス", address)
    phone.press("リンクを送る")
    phone.sees("受け付けました")
    text = site.new_text(address)
    links = re.findall(rf"{site.url()}{shop.slug}/o/\S+", text)
    assert len(links) == 2
    phone.open(links[0])
    phone.write("お名前", "山田 花子")
    phone.press("確認する")
    phone.sees("ご注文 A-")


def test_a_request_to_the_shop_is_taken_down(phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.press("住所・電話番号を表示する")
    phone.press("このメールを受け取れない方")
    phone.write("お問い合わせの内容", "住所を見たいです")
    phone.press("お問い合わせ")
    phone.sees_title("お問い合わせを受け付けました")
    phone.sees("住所を見たいです")
