"""The buyer's ways on an iPhone's engine: the receipt, and a subscription's cycle, skip, address and card."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from portal.models import Order, Shop, Subscription
from tests.browser.iphone import IPhone, webkit
from tests.browser.phone import pdf_text
from tests.browser.site import Site
from tests.browser.subscriber import Subscriber

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with webkit() as driver:
        yield driver


@pytest.fixture
def iphone(opened: Any, site: Site) -> IPhone:
    return IPhone(opened, site)


@pytest.fixture
def plain_iphone(site: Site) -> Iterator[IPhone]:
    """Yield a phone whose owner has switched JavaScript off."""
    with webkit(javascript=False) as driver:
        yield IPhone(driver, site)


def come_in(iphone: IPhone, shop: Shop, order: Order) -> None:
    iphone.open(f"{iphone.site.link(shop, order)}?lang=ja")
    iphone.write("お名前", "やまだはなこ")
    iphone.press("確認")
    iphone.sees(f"ご注文 {order.code}")


def take_receipt(iphone: IPhone, shop: Shop, order: Order, folder: Path) -> None:
    """Issue a receipt to a company and read its PDF."""
    come_in(iphone, shop, order)
    iphone.press("領収書を発行する")
    iphone.write("宛名", "株式会社アクメ")
    iphone.press("御中")
    if iphone.is_shown("見本に反映する"):
        iphone.press("見本に反映する")
    iphone.sees("株式会社アクメ 御中")
    assert iphone.overflow() <= 0
    iphone.press("この内容で発行する")
    file = folder / "receipt.pdf"
    file.write_bytes(fetch(iphone, iphone.file()))
    text = pdf_text(file)
    for words in ("株式会社アクメ御中", "￥3,280-", "00000001"):
        assert words in text, text


def fetch(iphone: IPhone, address: str) -> bytes:
    """Download a file with the phone's cookies."""
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in iphone.driver.get_cookies())
    with urlopen(Request(address, headers={"Cookie": cookies}), timeout=30) as answer:
        found: bytes = answer.read()
    return found


def test_the_receipt_with_its_live_preview(iphone: IPhone, shop: Shop, order: Order, tmp_path: Path) -> None:
    take_receipt(iphone, shop, order, tmp_path)


def test_the_receipt_without_javascript(plain_iphone: IPhone, shop: Shop, order: Order, tmp_path: Path) -> None:
    take_receipt(plain_iphone, shop, order, tmp_path)


def open_change(iphone: IPhone, hanako: Any, change: str) -> None:
    """Open the form of a change, past the second step if the shop asks for it."""
    iphone.open(f"/{hanako.shop.slug}/subscriptions/{hanako.id}{change}")
    if "/second-step" not in iphone.driver.current_url:
        return
    iphone.press("確認コードを送る")
    iphone.sees("確認コード")
    (digits,) = re.findall(r"\b\d{6}\b", iphone.site.new_text(hanako.mailbox))
    iphone.write("確認コード", digits)
    iphone.send("/second-step?")


def confirm(iphone: IPhone, hanako: Any, change: str) -> None:
    """Go from the filled-in form, if the change has one, to the acknowledgment."""
    if iphone.has_form(f"/changes/{change}") and not iphone.has_form("/confirm"):
        iphone.send(f"/changes/{change}")
    assert iphone.overflow() <= 0
    iphone.send("/confirm")
    iphone.sees("受付番号")


def stored(iphone: IPhone, hanako: Any) -> Subscription:
    with iphone.site.session() as session:
        return session.scalars(select(Subscription).filter_by(id=hanako.id)).one()


def test_her_subscription_is_changed(iphone: IPhone) -> None:
    hanako: Any = Subscriber(iphone, payment_method="クレジットカード")  # type: ignore[arg-type]
    come_in(iphone, hanako.shop, hanako.order)
    open_change(iphone, hanako, "/changes/cycle")
    iphone.fill("every", "months:2")
    confirm(iphone, hanako, "cycle")
    assert stored(iphone, hanako).cycle == "months:2@15"
    open_change(iphone, hanako, "/changes/address")
    iphone.choose("to", "own")
    iphone.fill("recipient_name", "佐藤 美咲")
    iphone.fill("recipient_phone", "080-1111-2222")
    iphone.fill("recipient_postcode", "060-0001")
    iphone.sees_value("recipient_prefecture", "北海道")
    iphone.fill("recipient_address", "札幌市中央区北一条西2-1-3")
    confirm(iphone, hanako, "address")
    assert "北一条西2-1-3" in stored(iphone, hanako).recipient_address
    open_change(iphone, hanako, "/cards/new")
    iphone.press("カードの入力ページへ進む")
    iphone.press("このカードを登録する")
    iphone.sees("受付番号")
    open_change(iphone, hanako, "/changes/skip")
    confirm(iphone, hanako, "skip")
    assert stored(iphone, hanako).next_skipped


def test_a_delivery_is_skipped_without_javascript(plain_iphone: IPhone) -> None:
    hanako: Any = Subscriber(plain_iphone)  # type: ignore[arg-type]
    come_in(plain_iphone, hanako.shop, hanako.order)
    open_change(plain_iphone, hanako, "/changes/skip")
    confirm(plain_iphone, hanako, "skip")
    assert stored(plain_iphone, hanako).next_skipped
