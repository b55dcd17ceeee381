"""鈴木 splits an order's receipt with only the keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Keyboard, Locator, expect
from sqlalchemy import select

from portal.models import Order, Receipt, Shop
from tests.browser.phone import PATIENCE, Phone
from tests.browser.site import Site
from tests.cast import PASSWORD

MOST_PRESSES = 64
"""Key presses from the search to the issued receipts; most of them step over what need not be changed."""


@pytest.fixture
def desk(browser: Browser, site: Site, shop: Shop) -> Iterator[Phone]:
    """Return a computer with 鈴木 signed in."""
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
    desk.sees("¥859")
    last = desk.page.locator("#parts-2-amount")
    expect(last).to_have_value("907", timeout=PATIENCE)
    expect(desk.page.locator("#reading")).to_contain_text("残り¥0", timeout=PATIENCE)
    # Enter only recalculates and keeps the focus. Text typed before the new sheet is there would be lost.
    desk.page.locator("#plan").evaluate("sheet => { sheet.dataset.old = '' }")
    press(keyboard, "Enter")
    expect(desk.page.locator("#plan:not([data-old])")).to_be_visible(timeout=PATIENCE)
    focused(desk, "parts-0-amount")
    press(keyboard, *["Tab"] * 7)
    focused(desk, "parts-1-addressee")
    keyboard.type("株式会社アクメ")
    expect(desk.page.locator("#receipt-preview")).to_contain_text("株式会社アクメ", timeout=PATIENCE)
    press(keyboard, "Tab", "Tab", "Control+A")
    keyboard.type("1000")
    press(keyboard, *["Tab"] * 9)
    focused(desk, "parts-2-amount")
    expect(last).to_have_value("1000")
    expect(desk.page.locator("#reading")).to_contain_text("残り¥0", timeout=PATIENCE)
    # Tab goes past proviso, day, language, note, two buttons and the box to the button that issues.
    press(keyboard, *["Tab"] * 8, "Enter")
    desk.sees_title("領収書を3通発行しました")
    desk.sees("宛名なし")
    expect(desk.page.get_by_role("link", name="開く")).to_have_count(3, timeout=PATIENCE)
    with site.session() as session:
        rows = session.execute(
            select(Receipt.addressee, Receipt.amount).filter_by(order_id=order.id).order_by(Receipt.number)
        ).all()
    assert [tuple(row) for row in rows] == [("", 1280), ("株式会社アクメ", 1000), ("山田 花子", 1000)]


class Counted:
    """Keyboard that counts key presses and reaches controls with Tab."""

    def __init__(self, desk: Phone) -> None:
        self.page, self.presses = desk.page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def tab_to(self, element: Locator) -> None:
        expect(element).to_be_visible(timeout=PATIENCE)
        for _ in range(40):
            if element.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not get to {element}")


def test_from_the_search_to_three_receipts_with_few_key_presses(
    desk: Phone, site: Site, shop: Shop, order: Order
) -> None:
    keys, page = Counted(desk), desk.page
    desk.open(f"/admin/shops/{shop.slug}/orders")
    keys.press("/", *order.code[-5:])
    expect(page.locator("#orders tbody tr")).to_have_count(1, timeout=PATIENCE)
    # Enter leaves the search field, and n goes to the first order found.
    keys.press("Enter")
    expect(page.locator("[data-search]")).not_to_be_focused(timeout=PATIENCE)
    page.wait_for_load_state("load")
    keys.press("n")
    expect(page.get_by_role("link", name=order.code)).to_be_focused(timeout=PATIENCE)
    keys.press("Enter")
    desk.sees_title(f"注文 {order.code}")
    keys.tab_to(page.get_by_role("link", name="領収書を発行する"))
    keys.press("Enter")
    focused(desk, "equal")
    keys.press("Control+A", "3", "Enter")
    focused(desk, "parts-0-addressee")
    keys.press("Control+A", "Delete")
    keys.tab_to(page.get_by_role("button", name="この内容で発行する"))
    keys.press("Enter")
    desk.sees_title("領収書を3通発行しました")
    desk.sees("宛名なし")
    assert keys.presses <= MOST_PRESSES, keys.presses
