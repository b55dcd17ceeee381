"""Money that goes back: 鈴木 at her desk enters it, and 花子 on her phone sees what becomes of her receipt."""

import pytest

from portal.models import Order, Shop
from tests.browser.conftest import OpenPhone
from tests.browser.phone import PATIENCE, Phone, expect, pdf_text
from tests.browser.signing_in import sign_in, sign_in_staff
from tests.browser.site import Site

STANDS = "領収書を発行する"


@pytest.fixture
def desk(site: Site, shop: Shop, open_phone: OpenPhone) -> Phone:
    """Return 鈴木's computer, signed in."""
    email = f"suzuki@{shop.slug}.example.jp"
    with site.cast() as cast:
        cast.staff(cast.session.merge(shop), email=email)
    opened = open_phone(width=1280)
    sign_in_staff(opened, email)
    return opened


@pytest.fixture
def hanako(open_phone: OpenPhone) -> Phone:
    return open_phone()


def give_back(desk: Phone, shop: Shop, order: Order, **rates: str) -> None:
    desk.open(f"/admin/shops/{shop.slug}/orders/{order.id}")
    desk.press("返金を記録する")
    for rate, amount in rates.items():
        desk.page.locator(f"#{rate}").fill(amount)
    desk.write("返金の理由", "割れて届いたため")
    desk.press("返金を記録する")
    desk.sees("返金を記録しました。")


def look(hanako: Phone, shop: Shop, order: Order) -> str:
    hanako.open(f"/{shop.slug}/orders/{order.id}")
    return hanako.page.locator("#documents").inner_text()


def test_a_part_refund_before_the_receipt_is_taken_off_it_and_one_after_it_has_its_own_paper(
    site: Site, desk: Phone, hanako: Phone, shop: Shop, order: Order
) -> None:
    give_back(desk, shop, order, rate_10="200")
    sign_in(hanako, shop, order)
    hanako.press(STANDS)
    expect(hanako.page.locator("#receipt-preview")).to_contain_text("3,080", timeout=PATIENCE)
    hanako.press("この内容で発行する")
    hanako.sees_title("領収書ができました")
    text = pdf_text(hanako.download("領収書を開く"))
    # 1,080 at 8 % with 80 of tax; 2,200 less 200 at 10 % with 181.
    for words in ("￥3,080-", "ご返金", "¥1,080¥80", "¥2,000¥181"):
        assert words in text, text
    # Now the receipt is in her hands: the next refund does not change it.
    give_back(desk, shop, order, rate_10="500")
    desk.sees("有効な領収書があります。")
    desk.page.locator("#receipts a[href*='/receipts/']").first.click()
    desk.page.locator("#returns summary").click()
    desk.page.locator("#refunds-1-amount").fill("500")
    desk.write("内容", "急須の値引き")
    desk.press("返還インボイスを発行する")
    site.print_receipts(order.id)
    documents = look(hanako, shop, order)
    assert "3,080" in documents
    assert "返還インボイスを開く" in documents
    text = pdf_text(hanako.download("返還インボイスを開く"))
    for words in ("返還インボイス", "￥500-", "¥500¥45", "急須の値引き"):
        assert words in text, text


def test_a_full_refund_leaves_nothing_to_receipt_until_it_is_found_to_be_a_mistake(
    desk: Phone, hanako: Phone, shop: Shop, order: Order
) -> None:
    give_back(desk, shop, order, rate_8="1080", rate_10="2200")
    sign_in(hanako, shop, order)
    assert "全額を返金したご注文のため、領収書はありません。" in look(hanako, shop, order)
    desk.press("¥3,280 の記録を取り消す")
    desk.sees("記録を取り消しました。")
    assert STANDS in look(hanako, shop, order)


def test_a_chargeback_sends_the_buyer_to_the_shop(desk: Phone, hanako: Phone, shop: Shop, order: Order) -> None:
    sign_in(hanako, shop, order)
    assert STANDS in look(hanako, shop, order)
    desk.open(f"/admin/shops/{shop.slug}/orders/{order.id}")
    desk.press("支払いの扱いを変える")
    desk.page.get_by_label("チャージバック").check()
    desk.press("保存する")
    documents = look(hanako, shop, order)
    assert STANDS not in documents
    assert "当店へお問い合わせください" in documents
    hanako.press("お問い合わせ")
    hanako.sees("領収書")


def test_a_payment_that_is_taken_back_takes_the_right_to_a_receipt_back(
    site: Site, desk: Phone, hanako: Phone, shop: Shop, order: Order
) -> None:
    with site.session() as session:
        row = session.get_one(Order, order.id)
        row.payment_method, row.payment_state, row.payment_said = "銀行振込", "unpaid", "unpaid"
    sign_in(hanako, shop, order)
    assert "お支払いの確認ができたあとに発行できます。" in look(hanako, shop, order)
    desk.open(f"/admin/shops/{shop.slug}/orders/{order.id}")
    desk.press("入金を記録する")
    desk.write("入金額（円）", "3280")
    desk.press("入金を記録する")
    desk.sees("入金を記録しました。")
    assert STANDS in look(hanako, shop, order)
    desk.press("¥3,280 の記録を取り消す")
    desk.sees("記録を取り消しました。")
    assert "お支払いの確認ができたあとに発行できます。" in look(hanako, shop, order)
