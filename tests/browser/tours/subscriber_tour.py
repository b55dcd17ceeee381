"""The tour of a buyer's subscription: each page in every state she can bring it to, one after the other."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from portal.models import Subscription
from portal.values.states import SubscriptionState
from tests.browser.phone import Phone
from tests.browser.subscriber import Subscriber
from tests.browser.tours.tour import LONG_NAME

MANY = [{"name": f"有機栽培 深蒸し煎茶「駿河の香」ティーバッグ 徳用 No.{number}"} for number in range(1, 13)]
BOUND = [{"name": "煎茶 やぶきた 100g", "commitment_count": 4}]
STATES: dict[str, dict[str, Any]] = {
    "active": {},
    "skipped": {"next_skipped": True},
    "long": {"buyer_name": LONG_NAME, "items": MANY, "cycle": "months:1@2nd-sat", "shipping_fee": 12_345_678},
    "bound": {"items": BOUND},
    "paused": {"state": SubscriptionState.SUSPENDED, "resume_on": date(2027, 3, 1)},
    "canceled": {"state": SubscriptionState.CANCELED},
    "finished": {"state": SubscriptionState.FINISHED},
    "too late": {"next_delivery_on": date(2026, 11, 27)},
    "no address": {"email": "", "email_key": ""},
}
FORMS = ("cycle", "next_date", "time_slot", "points", "items", "pause", "payment", "address", "contact")


class SubscriberTour:
    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        phone.expected |= {404, 409, 422}

    def places(self) -> Iterator[str]:
        """Yield the name of each place while the page shows it."""
        yield from self.states()
        yield from self.changes()
        yield from self.cards()
        yield from self.stopping()

    def states(self) -> Iterator[str]:
        for name, facts in STATES.items():
            hanako = Subscriber(self.phone, **facts)
            hanako.comes_in()
            if name == "active":
                yield "order with a subscription"
            hanako.opens()
            yield f"subscription, {name}"

    def changes(self) -> Iterator[str]:
        hanako = Subscriber(self.phone, customer_number="M-1", points_balance=500)
        hanako.comes_in()
        self.phone.open(f"/{hanako.shop.slug}/subscriptions")
        yield "subscriptions"
        hanako.opens_change("cycle")
        yield "second step of a subscription"
        hanako.proves_her_mail()
        hanako.opens()
        yield "subscription, proved"
        for change in FORMS:
            hanako.opens_change(change)
            yield f"{change}, form"
        hanako.opens_change("next_date")
        hanako.field("next_delivery_on").fill("2026-11-22")
        hanako.press(hanako.form("/changes/next_date"))
        self.phone.page.locator(".field-error").wait_for()
        yield "next_date, refused"
        hanako.opens_change("items")
        self.phone.page.locator("main input[name^=quantity-]").fill("3")
        hanako.goes_on("items")
        yield "items, what will happen"
        with hanako.site.session() as session:
            session.get_one(Subscription, hanako.id).memo = "changed meanwhile"
        hanako.press(hanako.form("/confirm"))
        self.phone.page.locator("[role=alert]").wait_for()
        yield "items, changed meanwhile"
        hanako.confirms()
        yield "items, done"
        hanako.opens_change("address")
        hanako.chooses("to", "own")
        hanako.press(hanako.form("/changes/address"))
        self.phone.page.locator(".field-error").first.wait_for()
        yield "address, refused"
        hanako.opens("/addresses/own")
        yield "own address"
        hanako.opens("/addresses/new")
        yield "new entry of the address list"
        hanako.opens()
        yield "subscription, with a history"
        self.phone.open(f"/{hanako.shop.slug}/requests/new?order={hanako.order.id}&subscription={hanako.id}")
        yield "request about a subscription"

    def cards(self) -> Iterator[str]:
        hanako = Subscriber(self.phone, payment_method="クレジットカード")
        held = hanako.has_a_refused_order()
        with hanako.site.cast() as cast:
            cast.card(hanako.shop, email_key=hanako.mailbox, reference="card-0005", last4="0005", is_default=False)
        hanako.comes_in()
        hanako.opens()
        yield "subscription, payment failed"
        self.phone.open(f"/{hanako.shop.slug}/orders/{held}")
        yield "order on hold"
        hanako.opens("/cards")
        hanako.proves_her_mail()
        yield "cards"
        self.phone.page.locator("main a[href$='/use']").first.click()
        yield "card, put to use"
        hanako.opens("/cards")
        self.phone.page.locator("main a[href$='/delete']").first.click()
        yield "card, deleting"
        hanako.opens("/cards/new")
        yield "card, new"
        hanako.press(hanako.form("/cards/new"))
        self.phone.page.wait_for_url("**/sandbox/cards/**")
        yield "the sandbox's page"
        hanako.press(hanako.form("/sandbox/"))
        self.phone.page.wait_for_url("**/return")
        yield "card, verified"

    def stopping(self) -> Iterator[str]:
        for name, facts in (("at once", {}), ("written down", {"items": BOUND})):
            hanako = Subscriber(self.phone, **facts)
            hanako.comes_in(by_link=False)
            hanako.opens("/cancel")
            yield f"cancelling {name}, before the code"
            self.phone.page.locator("main a[href*='second-step']").first.click()
            hanako.proves_her_mail()
            hanako.opens("/cancel")
            yield f"cancelling {name}"
            hanako.press(hanako.form("/cancel"))
            self.phone.page.locator("main form[action*='confirm']").wait_for()
            yield f"cancelling {name}, a last look"
            hanako.press(hanako.form("/cancel"))
            self.phone.page.locator("main a[type='application/pdf']").wait_for()
            yield f"cancelling {name}, done"
