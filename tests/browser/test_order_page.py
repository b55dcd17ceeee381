"""The order page on a phone: it keeps itself fresh, and stops when it should."""

from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import select

from portal.models import Order, OrderShipment, Shipment, Shop, TrackingEvent
from portal.shipments.rules.statuses import TrackingState
from tests.browser.conftest import OpenPhone
from tests.browser.phone import Phone
from tests.browser.signing_in import sign_in
from tests.browser.site import Site

AN_HOUR = 3_600_000


def the_carrier_says(site: Site, order: Order, state: TrackingState, words: str, at: datetime) -> None:
    with site.session() as session:
        parcel = session.scalars(select(Shipment).join(OrderShipment).where(OrderShipment.order_id == order.id)).one()
        parcel.tracking_state = state
        event = {"shop_id": order.shop_id, "shipment_id": parcel.id, "occurred_at": at, "place": "大阪主管支店"}
        session.add(TrackingEvent(**event, state=state, words=words))


def strike(phone: Phone) -> None:
    """Move the page's clock to the next refresh of the tracking partial."""
    every = phone.page.locator("#tracking").get_attribute("data-every")
    assert every
    phone.page.clock.run_for(int(every) * 1000)


def refresh(phone: Phone) -> None:
    """Let the tracking partial refresh and wait until its answer is on the page."""
    tracking = phone.page.locator("#tracking")
    before = tracking.get_attribute("data-hx-get") or ""
    strike(phone)
    expect(tracking).not_to_have_attribute("data-hx-get", before)


def watching(site: Site, open_phone: OpenPhone, shop: Shop, order: Order) -> Phone:
    """Return 花子's phone on the order page, with timers that the test can move."""
    phone = open_phone()
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    the_carrier_says(site, order, TrackingState.IN_TRANSIT, "輸送中", at)
    phone.page.clock.install()
    sign_in(phone, shop, order)
    phone.sees_title("お荷物はお届け先へ向かっています")
    return phone


def test_the_page_says_by_itself_that_the_parcel_is_on_its_last_way(
    site: Site, open_phone: OpenPhone, shop: Shop, order: Order
) -> None:
    phone = watching(site, open_phone, shop, order)
    phone.page.get_by_text("配送の履歴").tap()
    expect(phone.page.get_by_text("大阪主管支店").last).to_be_visible()
    at = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
    the_carrier_says(site, order, TrackingState.OUT_FOR_DELIVERY, "配達中", at)
    refresh(phone)
    phone.sees_title("お荷物は配達中です")
    expect(phone.page.locator("#news")).to_have_text("お荷物は配達中です")
    assert phone.page.locator("details.history[open]").count() == 1, "what was unfolded stays unfolded"


def test_a_delivered_parcel_asks_no_more(site: Site, open_phone: OpenPhone, shop: Shop, order: Order) -> None:
    phone = watching(site, open_phone, shop, order)
    at = datetime(2026, 11, 21, 0, 50, tzinfo=UTC)
    the_carrier_says(site, order, TrackingState.DELIVERED, "お届け済み", at)
    refresh(phone)
    phone.sees_title("お荷物をお届けしました")
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.clock.run_for(AN_HOUR)
    assert asked == []


def test_a_page_left_open_does_not_keep_the_visit_alive(
    site: Site, open_phone: OpenPhone, shop: Shop, order: Order
) -> None:
    phone = watching(site, open_phone, shop, order)
    for _ in range(2):
        site.clock.forward(minutes=14)
        refresh(phone)
        phone.sees_title("お荷物はお届け先へ向かっています")
    site.clock.forward(minutes=3)
    strike(phone)
    phone.sees("しばらく操作がなかった")
    assert "輸送中" not in phone.page.content()


def test_the_tracking_number_is_copied(open_phone: OpenPhone, shop: Shop, order: Order) -> None:
    phone = open_phone(permissions=["clipboard-read", "clipboard-write"])
    sign_in(phone, shop, order)
    phone.press("番号をコピー")
    phone.sees("コピーしました")
    assert phone.page.evaluate("navigator.clipboard.readText()") == "123456789010"


def test_where_copying_is_forbidden_the_number_is_marked(open_phone: OpenPhone, shop: Shop, order: Order) -> None:
    phone = open_phone(permissions=[])
    sign_in(phone, shop, order)
    phone.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    phone.press("番号をコピー")
    phone.page.wait_for_function("getSelection().toString() !== ''")
    assert phone.page.evaluate("getSelection().toString()") == "1234-5678-9010"


def test_the_parcel_leads_to_the_carriers_own_page(phone: Phone, shop: Shop, order: Order) -> None:
    sign_in(phone, shop, order)
    link = phone.control("配送会社のページで確認する")
    assert "123456789010" in (link.get_attribute("href") or "")
    assert "kuronekoyamato.co.jp" in (link.get_attribute("href") or "")
