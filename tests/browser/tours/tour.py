"""The tour of a buyer's pages: each page in every state a buyer can bring it to, one after the other."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from playwright.sync_api import Locator, expect
from sqlalchemy import select, update

from portal.models import LoginCode, Order, Receipt, Rendition, Shop, TrackingEvent
from portal.shipments.rules.statuses import TrackingState
from portal.values.states import OrderStatus, ShipmentStatus
from tests.browser.phone import PATIENCE, Phone
from tests.browser.site import Site
from tests.cast import Cast

LONG_NAME = "株式会社東日本伝統工芸品流通促進協議会附属研究所企画開発部第二営業課購買係"
SECOND = {"buyer_name": "髙﨑 𠮷邉", "buyer_kana": ""}
LINES = [
    {
        "name": f"有機栽培 深蒸し煎茶「駿河の香」ティーバッグ 徳用 No.{number}",
        "quantity": number,
        "unit_price": 1_080,
        "amount": 1_080 * number,
        "tax_rate": 8 if number % 2 else 10,
    }
    for number in range(1, 61)
]

SAID_IN_WORDS = ("S-1", "S-5", "S-6", "S-7")
"""Orders whose pages differ from others in words alone."""


class Tour:
    """The buyer's tour on a phone in any language: forms and links are found by their addresses, not by their words."""

    whole = True
    """Whether to show also what differs in words alone."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.site: Site = phone.site
        phone.expected |= {400, 404, 405, 409, 410, 422, 429, 500}
        with self.site.cast() as cast:
            self.shop = cast.shop(slug=self.site.new_slug(), delivery_notes_allowed=True)
            self.mailbox = f"hanako@{self.shop.slug}.example.jp"

    def places(self) -> Iterator[str]:
        """Yield the name of each place while the page shows it."""
        for part in (self.doors, self.orders, self.receipts, self.papers, self.second_step, self.mishaps):
            yield from part()

    # --- steps -------------------------------------------------------------------------------------------------------
    def order(self, code: str, *, shipped: bool = True, parcel: dict[str, Any] | None = None, **facts: Any) -> Order:
        with self.site.cast() as cast:
            mine = {"email": self.mailbox, "email_key": self.mailbox}
            order = cast.order(self.shop, code=code, **(mine | facts))
            if shipped:
                cast.shipment(order, **(parcel or {}))
            if "status" in facts:
                order.status = facts["status"]
            return order

    def link(self, order: Order) -> str:
        return self.site.link(self.shop, order)

    def path(self, rest: str = "/", order: Order | None = None) -> str:
        return f"/{self.shop.slug}{f'/orders/{order.id}' if order else ''}{rest}"

    def form(self, action: str) -> Locator:
        """Return the first form that sends to an address with this in it."""
        return self.phone.page.locator(f"main form[action*='{action}']").first

    def send(self, action: str) -> None:
        with self.phone.page.expect_navigation():
            self.form(action).locator("button[type=submit]:not([formaction])").first.click()

    def sign_in(self, order: Order, typed: str = "") -> None:
        self.phone.open(self.link(order))
        field = self.phone.page.locator("#typed")
        if field.count():
            field.fill(typed or order.buyer_name)
            self.send("/o/")
        expect(self.phone.page).to_have_url(re.compile(str(order.id)))

    def change(self, model: Any, *where: Any, **values: Any) -> None:
        with self.site.session() as session:
            session.execute(update(model).where(*where).values(**values))

    # --- signing in --------------------------------------------------------------------------------------------------
    def doors(self) -> Iterator[str]:
        page = self.phone.page
        self.phone.open(self.path())
        yield "login"
        self.send("/")
        yield "login, nothing typed"
        page.locator("#code").fill("A-99999")
        page.locator("#typed").fill("山田 花子")
        self.send("/")
        yield "login, not found"

        order = self.order("A-10234")
        self.phone.open(self.link(order))
        yield "link"
        for _ in range(6):
            page.locator("#typed").fill("鈴木 一郎")
            self.send("/o/")
        yield "locked"
        self.site.clock.forward(minutes=16)

        self.sign_in(order)
        self.site.clock.forward(minutes=31)
        self.phone.open(self.path(order=order, rest=""))
        yield "link, after half an hour"
        self.sign_in(order)
        with page.expect_navigation():
            page.locator("form[action$='/logout'] button").click()
        yield "login, signed out"

        old = self.order("A-00001", parcel={"shipped_on": date(2026, 1, 5)})
        self.phone.open(self.link(old))
        page.locator("#typed").fill("山田 花子")
        self.send("/o/")
        yield "expired"

        self.phone.open(self.path("/resend"))
        yield "link again"
        page.locator("#email").fill("hanako")
        self.send("/resend")
        yield "link again, no address"
        page.locator("#email").fill("nobody@example.jp")
        self.send("/resend")
        yield "link again, sent"

        with self.site.cast() as cast:
            by_phone = cast.shop(slug=self.site.new_slug(), login_element="phone", accent="#ffe14d", name="もみじ堂")
            cast.order(by_phone)
        self.phone.open(f"/{by_phone.slug}/")
        yield "login by phone, light accent"
        page.locator("#code").fill("A-10234")
        page.locator("#typed").fill("090-0000-0000")
        self.send("/")
        yield "login by phone, not found"

    # --- the order page ----------------------------------------------------------------------------------------------
    def orders(self) -> Iterator[str]:
        for code, shipped, facts in (
            ("S-1", False, {}),
            ("S-2", False, {"status": OrderStatus.ON_HOLD}),
            ("S-3", False, {"status": OrderStatus.CANCELED, "cancelled_at": datetime(2026, 11, 19, tzinfo=UTC)}),
            ("S-4", True, {"status": OrderStatus.RETURN_PENDING}),
            ("S-5", True, {"status": OrderStatus.RETURNED, "returned_at": datetime(2026, 11, 20, tzinfo=UTC)}),
            ("S-6", False, {"payment_method": "銀行振込", "payment_state": "unpaid"}),
            ("S-7", True, {"payment_method": "代金引換"}),
            ("S-8", True, {"points_used": 3280, "total": 0, "email": "", "email_key": ""}),
            (
                "S-9",
                True,
                SECOND | {"lines": LINES, "discount": 500, "shipping_fee": 800, "payment_method": "不明な払い"},
            ),
            ("S-10", True, {"buyer_name": LONG_NAME, "recipient_name": "김 민수", "recipient_address": "1-1"}),
        ):
            if not self.whole and code in SAID_IN_WORDS:
                continue
            order = self.order(code, shipped=shipped, **facts)
            self.sign_in(order)
            yield f"order {code} {order.status}"
        # A parcel's states differ in their words.
        for state in TrackingState if self.whole else (TrackingState.HELD, TrackingState.DELIVERED):
            order = self.order(f"T-{state}", parcel={"tracking_state": state})
            with self.site.session() as session:
                for event in (TrackingState.ACCEPTED, state):
                    at = datetime(2026, 11, 20, 3 if event == TrackingState.ACCEPTED else 9, tzinfo=UTC)
                    facts = {"shop_id": order.shop_id, "occurred_at": at, "place": "大阪主管支店", "words": event.value}
                    shipment_id = session.get_one(Order, order.id).shipments[0].id
                    if event != state or state != TrackingState.ACCEPTED:
                        session.add(TrackingEvent(shipment_id=shipment_id, state=event, **facts))
            self.sign_in(order)
            for summary in self.phone.page.locator("summary").all():
                summary.click()
            yield f"order, parcel {state}"
        order = self.order("P-1")
        with self.site.cast() as cast:
            self._more_parcels(cast, order)
        self.sign_in(order)
        yield "order, four parcels"

    def _more_parcels(self, cast: Cast, order: Order) -> None:
        order = cast.session.get_one(Order, order.id)
        other = cast.order(self.shop, code="P-2")
        slot = {"requested_on": date(2026, 11, 24), "requested_slot": "14-16"}
        cast.shipment(order, carrier="sagawa", service="飛脚宅配便", tracking_number="", **slot)
        cast.shipment(order, other, carrier="japanpost", service="ゆうパケット", tracking_number="")
        cast.shipment(order, carrier="", status=ShipmentStatus.WAITING, shipped_on=None, held_for_bundling=True)
        order.status = OrderStatus.PARTIALLY_SHIPPED

    # --- receipts ----------------------------------------------------------------------------------------------------
    def receipts(self) -> Iterator[str]:
        page = self.phone.page
        self.sign_in(self.order("R-0", shipped=False))
        self.phone.open(page.url + "/receipt")
        yield "receipt, not yet"

        order = self.order("R-1")
        self.sign_in(order)
        self.phone.open(self.path("/receipt", order))
        yield "receipt form"
        page.locator("#addressee").fill("")
        page.locator("#proviso").fill("お茶😀")
        self.send("/receipt")
        yield "receipt form, cannot be printed"
        page.locator("#addressee").fill(LONG_NAME)
        page.locator("#proviso").fill("お茶代として")
        page.locator("input[name=language][value=en]").check()
        self.send("/receipt")
        self._receipt_is_there(order)
        yield "receipt"
        issued_page, file = page.url, self._file_address()
        self.send("/mail")
        yield "receipt, mailed"
        yield from self._receipt_later(order, issued_page, file)

    def _receipt_later(self, order: Order, issued_page: str, file: str) -> Iterator[str]:
        self.site.clock.forward(minutes=31)
        self.sign_in(order)
        yield "order, receipt can be reissued"
        self.phone.open(issued_page)
        yield "receipt, can be reissued"
        self.phone.open(file)
        yield "receipt, file address is over"
        self.change(Shop, Shop.id == self.shop.id, receipt_policy="once")
        self.phone.open(issued_page)
        yield "receipt, used up"
        self.phone.open(self.path(order=order, rest=""))
        yield "order, receipt used up"
        self.change(Receipt, Receipt.order_id == order.id, extra_downloads=1)
        self.phone.open(issued_page)
        yield "receipt, granted once more"
        self.change(Shop, Shop.id == self.shop.id, receipt_policy="unlimited")
        waiting = select(Receipt.rendition_id).where(Receipt.order_id == order.id).scalar_subquery()
        self.change(Rendition, Rendition.id == waiting, stored_at=None)
        self.phone.open(issued_page)
        self._stay()
        yield "receipt, being made"
        self.phone.open("about:blank")

        with self.site.session() as session:
            token = session.scalars(select(Receipt.public_token).filter_by(order_id=order.id)).one()
        self.phone.open(f"/verify/{token}")
        yield "verification"
        self.change(Receipt, Receipt.order_id == order.id, voided_at=self.site.clock())
        self.phone.open(f"/verify/{token}")
        yield "verification, void"

    def _stay(self) -> None:
        """Stop the page from loading itself again in a moment."""
        self.phone.page.evaluate("window.stop()")

    def _receipt_is_there(self, order: Order) -> None:
        self.site.print_receipts(order.id)
        expect(self.phone.page.locator("main a[type='application/pdf']")).to_be_visible(timeout=PATIENCE)

    def _file_address(self) -> str:
        address = self.phone.page.locator("main a[type='application/pdf']").get_attribute("href")
        assert address
        return address

    def papers(self) -> Iterator[str]:
        order = self.order("D-1")
        self.sign_in(order)
        with self.phone.page.expect_download():
            self.phone.page.locator("main a[href$='/statement']").click()
        self.change(Rendition, Rendition.shop_id == self.shop.id, Rendition.kind == "statement", stored_at=None)
        self.phone.open(self.path("/statement", order))
        self._stay()
        yield "statement, being made"
        self.phone.open("about:blank")

    # --- second step, requests ---------------------------------------------------------------------------------------
    def second_step(self) -> Iterator[str]:
        page = self.phone.page
        order = self.order("E-1")
        self.sign_in(order)
        self._to_second_step(order)
        yield "second step"
        self.send("/second-step/code")
        yield "second step, sent"
        page.locator("#code").fill("12")
        self.send("/second-step")
        yield "second step, wrong code"
        self.send("/second-step/code")
        yield "second step, too soon"
        self.change(LoginCode, LoginCode.order_id == order.id, tries=4)
        self.phone.open(self.path(f"/second-step?order={order.id}"))
        page.locator("#code").fill("12")
        self.send("/second-step")
        yield "second step, code is spent"

        mailbox = f"second.{self.mailbox}"
        mine = {"email": mailbox, "email_key": mailbox}
        order, _ = self.order("E-2", **mine), self.order("E-3", **mine)
        self.sign_in(order)
        self._to_second_step(order)
        self.send("/second-step/code")
        (digits,) = re.findall(r"\b\d{6}\b", self.site.new_text(mailbox))
        page.locator("#code").fill(digits)
        self.send("/second-step")
        yield "order, unmasked, with others"

        no_email = self.order("E-4", email="", email_key="", phone="")
        self.sign_in(no_email)
        self.phone.open(self.path(f"/second-step?order={no_email.id}"))
        yield "second step, no address"
        self.phone.open(self.path(f"/requests/new?order={no_email.id}"))
        yield "request"
        self.send("/requests")
        yield "request, nothing written"
        for number in range(6):
            self.phone.open(self.path(f"/requests/new?order={no_email.id}"))
            page.locator("#text").fill(f"{number}: 住所を直したいです。\n建物の名前が抜けています。")
            page.locator("#reply_to").fill("090-1234-5678")
            self.send("/requests")
            if number == 0:
                yield "request, sent"
        yield "request, too many"

    def _to_second_step(self, order: Order) -> None:
        """Follow the link that leads back to the order's page, not on to its delivery note."""
        with self.phone.page.expect_navigation():
            self.phone.page.locator(f"main a[href*='/second-step'][href$='{order.id}']").first.click()

    # --- what goes wrong ---------------------------------------------------------------------------------------------
    def mishaps(self) -> Iterator[str]:
        page = self.phone.page
        self.phone.open(self.path("/nowhere"))
        yield "error 404"
        self.phone.open("/no-such-shop/")
        yield "error 404, no shop"
        self.phone.open(self.path("/logout"))
        yield "error 405"
        self.phone.open(self.path("/resend"))
        self.phone.context.clear_cookies()
        page.locator("#email").fill(self.mailbox)
        self.send("/resend")
        yield "no cookies"
        self.phone.open(self.path("/resend"))
        self.phone.context.add_cookies([{"name": "mypage", "value": "old", "url": self.site.url(self.path())}])
        page.locator("#email").fill(self.mailbox)
        self.send("/resend")
        yield "form is too old"
        self.phone.context.clear_cookies()
        order = self.order("X-1")
        self.sign_in(order)
        with page.expect_download():
            page.locator("main a[href$='/statement']").click()
        self.change(Rendition, Rendition.shop_id == self.shop.id, Rendition.kind == "statement", sha256="0" * 64)
        self.phone.open(self.path("/statement", order))
        yield "error 500"
