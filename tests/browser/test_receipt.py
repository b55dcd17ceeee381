"""From the link in the shop's mail to a receipt on the phone."""

from pathlib import Path

import pytest
from sqlalchemy import select

from portal.models import Order, Receipt, Shop
from tests.browser.conftest import OpenPhone
from tests.browser.phone import Phone, expect, pdf_text
from tests.browser.signing_in import sign_in
from tests.browser.site import Site

OPEN = "領収書を開く"
ISSUE = "この内容で発行する"


def issue(phone: Phone, shop: Shop, order: Order) -> None:
    """Issue a receipt, as far as the page that hands over the file."""
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.press(ISSUE)
    phone.sees_title("領収書ができました")


def issued(site: Site, order: Order) -> list[Receipt]:
    with site.session() as session:
        return list(session.scalars(select(Receipt).filter_by(order_id=order.id).order_by(Receipt.number)))


def set_policy(site: Site, shop: Shop, policy: str) -> None:
    with site.session() as session:
        session.get_one(Shop, shop.id).receipt_policy = policy


def test_from_the_link_to_the_receipt_in_the_hand(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    phone.open(site.link(shop, order))
    phone.sees("A-10234")
    assert "山田" not in phone.text()
    phone.write("お名前", "やまだ はなこ")
    phone.press("確認する")
    phone.sees_title("お荷物を出荷しました")
    assert "梅田" not in phone.text(), "the address is masked"

    phone.press("領収書を発行する")
    preview = phone.page.get_by_role("region", name="領収書の見本")
    expect(preview).to_contain_text("山田 花子 様")
    phone.write("宛名", "株式会社アクメ")
    phone.page.get_by_label("御中").check()
    if not phone.javascript:
        phone.press("見本に反映する")
    expect(preview).to_contain_text("株式会社アクメ 御中")
    expect(preview).to_contain_text("3,280")
    assert issued(site, order) == [], "a look at it issues nothing"

    phone.press(ISSUE)
    phone.sees_title("領収書ができました")
    text = pdf_text(phone.download(OPEN))
    for words in (
        "株式会社アクメ御中",
        "￥3,280-",
        "お品代として",
        "00000001",
        "発行日2026年11月21日",
        "取引日2026年11月20日",
        "クレジットカード利用",
        "T6000012070001",
        "8%対象※¥1,080¥80",
        "10%対象¥2,200¥200",
    ):
        assert words in text, text
    assert "再発行" not in text


def test_four_taps_lead_from_the_mail_to_the_pdf(site: Site, open_phone: OpenPhone, shop: Shop, order: Order) -> None:
    phone = open_phone(javascript=True)
    phone.open(site.link(shop, order))  # the first tap, in the mail
    phone.write("お名前", "やまだ はなこ")
    phone.press("確認する")
    phone.press("領収書を発行する")
    expect(phone.control(ISSUE)).to_be_in_viewport(ratio=1)
    with phone.page.expect_download() as coming:
        phone.press(ISSUE)
    assert "山田花子様" in pdf_text(Path(coming.value.path()))
    phone.sees_title("領収書ができました")
    phone.sees("まで、このまま何度でも開けます。")
    phone.page.reload()
    phone.sees_title("領収書ができました")


def test_an_english_receipt_asks_for_no_title(open_phone: OpenPhone, shop: Shop, order: Order) -> None:
    phone = open_phone(javascript=True)
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    title = phone.page.get_by_role("group", name="敬称")
    expect(title).to_be_visible()
    phone.page.get_by_label("English", exact=True).check()
    expect(title).to_be_hidden()


def test_the_receipt_comes_in_english_too(phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.write("宛名", "Hanako Yamada")
    phone.page.get_by_label("English", exact=True).check()
    phone.press(ISSUE)
    phone.sees_title("領収書ができました")
    text = pdf_text(phone.download(OPEN))
    for words in (
        "Receipt",
        "HanakoYamada",
        "00000001",
        "3,280",
        "Issued21November2026",
        "Transactiondate20November2026",
    ):
        assert words in text, text


def test_what_the_paper_cannot_carry_is_said_beside_the_field(phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.expected.add(422)
    phone.write("宛名", "花子😀")
    phone.press(ISSUE)
    phone.sees("この文字は印刷できません: 😀")
    field = phone.page.get_by_label("宛名")
    assert field.get_attribute("aria-invalid") == "true"
    phone.write("宛名", "花子")
    phone.press(ISSUE)
    phone.sees_title("領収書ができました")


def test_a_lost_connection_does_not_cost_the_only_receipt(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    set_policy(site, shop, "once")
    issue(phone, shop, order)
    first = phone.download(OPEN).read_bytes()
    site.clock.forward(minutes=20)
    phone.open(f"/{shop.slug}/orders/{order.id}")
    phone.press("領収書を開く")
    assert phone.download("領収書を開く").read_bytes() == first


def test_once_is_once(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    set_policy(site, shop, "once")
    issue(phone, shop, order)
    site.clock.forward(minutes=31)
    sign_in(phone, shop, order)
    phone.press("領収書（発行済み）")
    phone.sees_title("領収書は発行済みです")
    phone.sees("当店へお問い合わせください")
    assert phone.page.get_by_role("link", name="PDF").count() == 0
    assert phone.page.locator("main form[action*=receipt]").count() == 0
    assert len(issued(site, order)) == 1


def test_the_second_paper_bears_the_mark(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    issue(phone, shop, order)
    assert "再発行" not in pdf_text(phone.download(OPEN))
    site.clock.forward(days=3)
    sign_in(phone, shop, order)
    phone.press("領収書を再発行する")
    phone.press("再発行する")
    phone.sees_title("領収書ができました")
    text = pdf_text(phone.download(OPEN))
    assert "（再発行）" in text
    assert "00000002" in text
    assert "00000001" in text, "the number of the first"
    assert "2026年11月24日" in text
    assert "2026年11月21日" in text, "the day of the first"
    assert "取引日2026年11月20日" in text


def test_pressing_twice_issues_once(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.control(ISSUE).dblclick()
    phone.sees_title("領収書ができました")
    assert len(issued(site, order)) == 1


def test_two_tabs_lead_to_the_same_receipt(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.sees_title("領収書の発行")
    first, second = phone.page, phone.context.new_page()
    second.goto(first.url)
    phone.press(ISSUE)
    phone.sees_title("領収書ができました")
    phone.page = second
    phone.write("宛名", "別のタブ")
    phone.press(ISSUE)
    phone.sees_title("領収書ができました")
    assert second.url == first.url
    assert [one.addressee for one in issued(site, order)] == ["山田 花子"]


def test_a_form_from_before_signing_out_changes_nothing(site: Site, phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    phone.press("領収書を発行する")
    phone.sees_title("領収書の発行")
    left_open = phone.page
    phone.page = phone.context.new_page()
    phone.open(f"/{shop.slug}/orders/{order.id}")
    phone.press("ログアウト")
    phone.sees("ログアウトしました")
    sign_in(phone, shop, order)
    phone.page = left_open
    phone.expected.add(400)
    phone.press(ISSUE)
    phone.sees_title("もう一度お試しください")
    assert issued(site, order) == []


@pytest.mark.parametrize(("link", "title"), [("購入明細書を開く", "購入明細書"), ("納品書を開く", "納品書")])
def test_statement_and_delivery_note_come_as_files(
    site: Site, phone: Phone, shop: Shop, order: Order, link: str, title: str
) -> None:
    with site.session() as session:
        session.get_one(Shop, shop.id).delivery_notes_allowed = True
    sign_in(phone, shop, order)
    text = pdf_text(phone.download(link))
    assert title in text
    assert "山田花子" in text
    assert "煎茶やぶきた100g" in text
    assert "A-10234" in text
    assert "梅田" not in text, "masked on paper as on the page"


def test_the_receipt_goes_to_the_orders_own_mailbox(site: Site, phone: Phone, open_phone: OpenPhone) -> None:
    with site.cast() as cast:
        shop = cast.shop(slug=site.new_slug())
        address = f"hanako@{shop.slug}.example.jp"
        order = cast.order(shop, email=address, email_key=address)
        cast.shipment(order)
    issue(phone, shop, order)
    phone.press("メールで受け取る")
    phone.sees("お送りしました")
    (attached,) = site.new_mail(address).iter_attachments()
    content = attached.get_content()
    assert content == phone.download(OPEN).read_bytes()


def test_the_code_on_the_paper_leads_to_its_confirmation(
    site: Site, open_phone: OpenPhone, shop: Shop, order: Order
) -> None:
    issue(open_phone(), shop, order)
    (receipt,) = issued(site, order)
    stranger = open_phone()
    stranger.open(f"/verify/{receipt.public_token}")
    stranger.sees_title("この領収書は有効です")
    stranger.sees("¥3,280")
    assert "山田" not in stranger.text()
