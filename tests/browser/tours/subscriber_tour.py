"""The tour of a buyer's subscription: each page in every state she can bring it to, one after the other."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from portal.demo.everything.maker import HANAKO
from portal.models import Subscription
from portal.mypage.changes.views import FORMS
from portal.values.states import SubscriptionState
from tests.browser.phone import Phone
from tests.browser.subscriber import Subscriber
from tests.browser.tours.tour import LONG_NAME
from tests.waiting import until

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
BRIEF = ("active", "long", "bound", "paused")
"""States whose pages differ in more than words."""

NAMING_A_ROW = [
    f"mypage.{name}"
    for name in (
        *("show_order", "receipt", "show_request", "show_subscription", "show_cancel", "show_change"),
        *("show_own_address", "show_new_address", "show_listed_address", "show_address_removal"),
        *("show_cards", "new_card", "show_card_use", "show_card_deletion", "show_card_return", "show_retry"),
    )
]
"""Endpoints of pages that name a row."""


class SubscriberTour:
    whole = True
    """Whether to show also what differs in words alone."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        phone.expected |= {404, 409, 422}

    def places(self) -> Iterator[str]:
        """Yield the name of each place while the page shows it."""
        yield from self.fullest()
        yield from self.states()
        yield from self.changes()
        yield from self.cards()
        yield from self.stopping()

    def fullest(self) -> Iterator[str]:
        """Open each page that names a row, with the fullest row that the demo has of its kind."""
        site = self.phone.site
        with site.cast() as cast:
            shop = cast.shop(slug=site.new_slug(), delivery_notes_allowed=True)
            cast.rules(shop)
            mailbox = f"hanako@{shop.slug}.example.jp"
            cast.buyer = HANAKO | {"email": mailbox, "email_key": mailbox}
            kinds = cast.every_kind(shop)
        page = self.phone.page
        self.phone.open(site.link(shop, kinds.order))
        page.locator("#typed").fill(kinds.order.buyer_name)
        page.locator("main form[action*='/o/'] button").click()
        page.wait_for_url(f"**/orders/{kinds.order.id}")
        self.phone.open(f"/{shop.slug}/second-step?order={kinds.order.id}")
        page.locator("main form[action*='/second-step/code'] button").click()
        page.locator("#code").fill(until(lambda: self._code(mailbox)))
        page.locator("main form[action*='/second-step?'] button[type=submit]").first.click()
        page.wait_for_url(f"**/orders/{kinds.order.id}")
        fullest = {name: ids[:1] for name, ids in kinds.ids.items()}
        values = fullest | {"slug": [shop.slug], "change": [str(change) for change in FORMS]}
        bound = site.app.url_map.bind("")
        for rule in site.app.url_map.iter_rules():
            names = sorted(rule.arguments)
            if rule.endpoint in NAMING_A_ROW and "GET" in (rule.methods or ()):
                for filling in product(*(values[name] for name in names)):
                    self.phone.open(bound.build(rule.endpoint, dict(zip(names, filling, strict=True))))
                    yield f"{rule.endpoint}, {filling[0]}" if "change" in names else f"{rule.endpoint}, the fullest"
        links = site.app.extensions["links"]
        self.phone.open(f"/{shop.slug}/not-me/{links.sign_change(shop.id, kinds.ids['change_id'][0])}")
        yield "somebody else's change"

    def _code(self, mailbox: str) -> str | None:
        """Return the mailed code; the fullest order has other mails too."""
        bodies = (mail.get_body(("plain",)) for mail in self.phone.site.mails(mailbox))
        found = (re.search(r"\b\d{6}\b", body.get_content()) for body in bodies if body)
        return next((one[0] for one in found if one), None)

    def states(self) -> Iterator[str]:
        for name, facts in STATES.items() if self.whole else ((name, STATES[name]) for name in BRIEF):
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
        hanako.opens("/cards")
        hanako.proves_her_mail()
        yield "cards"
        self.phone.open(f"/{hanako.shop.slug}/orders/{held}")
        yield "order on hold"
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
            self.phone.page.locator("main a[href*='second-step']").first.tap()
            hanako.proves_her_mail()
            hanako.opens("/cancel")
            yield f"cancelling {name}"
            hanako.press(hanako.form("/cancel"))
            self.phone.page.locator("main form[action*='confirm']").wait_for()
            yield f"cancelling {name}, a last look"
            hanako.press(hanako.form("/cancel"))
            self.phone.page.locator("main a[type='application/pdf']").wait_for()
            yield f"cancelling {name}, done"
        way_back = self.phone.page.locator("main a[href*='/withdraw/']").first.get_attribute("href")
        assert way_back, "a request that waits can be taken back"
        self.phone.open(way_back)
        yield "taking the request back"
