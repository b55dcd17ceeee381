"""鈴木 splits an order's receipt with nothing but the keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Keyboard, expect
from sqlalchemy import select

from portal.models import Order, Receipt, Shop
from tests.browser.phone import PATIENCE, Phone
from tests.browser.site import Site
from tests.cast import PASSWORD


@pytest.fixture
def desk(browser: Browser, site: Site, shop: Shop) -> Iterator[Phone]:
    """A computer, with 鈴木 signed in."""
    email = f"suzuki@{shop.slug}.example.jp"
    with site.cast() as cast:
        cast.staff(cast.session.merge(shop), email=email)
    opened = Phone(browser, site, width=1280)
    opened.open("/admin/login")
    opened.write("メールアドレス", email)
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.type(PASSWORD)
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_url(lambda url: "/login" not in url)
    yield opened
    opened.close()


def press(keyboard: Keyboard, *keys: str) -> None:
    for key in keys:
        keyboard.press(key)


def focused(desk: Phone, field: str) -> None:
    expect(desk.page.locator(f"#{field}")).to_be_focused(timeout=PATIENCE)


def test_three_receipts_one_without_a_name_by_keyboard_alone(desk: Phone, site: Site, shop: Shop, order: Order) -> None:
    keyboard = desk.page.keyboard
    desk.open(f"/admin/shops/{shop.slug}/orders/{order.id}/receipts/new")
    focused(desk, "equal")
    press(keyboard, "Control+A", "3", "Enter")
    focused(desk, "parts-0-addressee")
    press(keyboard, "Control+A", "Delete", "Tab", "Tab")
    focused(desk, "parts-0-amount")
    keyboard.type("1280")
    desk.sees("¥186")
    desk.sees("超過")
    # Enter reckons again and stays where it was; it issues nothing.
    press(keyboard, "Enter")
    focused(desk, "parts-0-amount")
    press(keyboard, *["Tab"] * 7)
    focused(desk, "parts-1-addressee")
    keyboard.type("株式会社アクメ")
    expect(desk.page.locator("#receipt-preview")).to_contain_text("株式会社アクメ", timeout=PATIENCE)
    press(keyboard, "Tab", "Tab", "Control+A")
    keyboard.type("1000")
    press(keyboard, *["Tab"] * 9)
    focused(desk, "parts-2-amount")
    press(keyboard, "Control+A")
    keyboard.type("1000")
    expect(desk.page.locator("#reading")).to_contain_text("残り¥0", timeout=PATIENCE)
    # Proviso, day, language, note, two buttons, the box, the button that issues.
    press(keyboard, *["Tab"] * 8, "Enter")
    desk.sees_title("領収書を3通発行しました")
    desk.sees("宛名なし")
    expect(desk.page.get_by_role("link", name="開く")).to_have_count(3, timeout=PATIENCE)
    with site.session() as session:
        rows = session.execute(
            select(Receipt.addressee, Receipt.amount).filter_by(order_id=order.id).order_by(Receipt.number)
        ).all()
    assert [tuple(row) for row in rows] == [("", 1280), ("株式会社アクメ", 1000), ("山田 花子", 1000)]
