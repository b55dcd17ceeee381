"""花子 and her subscription, on a phone in any language: forms and links are found by their addresses."""

import re
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, expect
from sqlalchemy import select

from portal.models import Card, OfferedItem, Order, Shop, StopReason, Subscription, SubscriptionChange
from tests.browser.phone import PATIENCE, Phone
from tests.browser.site import Site


class Subscriber:
    def __init__(self, phone: Phone, **facts: Any) -> None:
        self.phone = phone
        self.site: Site = phone.site
        with self.site.cast() as cast:
            self.shop: Shop = cast.shop(slug=self.site.new_slug(), notice_addresses=[])
            cast.rules(self.shop, skips_allowed=2, upcoming_days=None, shipping_fees={"": 500, "北海道": 900})
            self.mailbox = f"hanako@{self.shop.slug}.example.jp"
            mine = {"email": self.mailbox, "email_key": self.mailbox}
            subscription = cast.subscription(self.shop, **(mine | facts))
            self.id: UUID = subscription.id
            self.order: Order = cast.order(
                self.shop, subscription_id=subscription.id, subscription_number=subscription.number, **mine
            )
            cast.shipment(self.order)
            cast.card(self.shop, email_key=self.mailbox)
            cast.session.add_all(
                [
                    OfferedItem(shop_id=self.shop.id, product_code="H-1", name="ほうじ茶 80g", price=1_200, position=1),
                    OfferedItem(shop_id=self.shop.id, product_code="G-1", name="玄米茶 200g", price=900, position=2),
                    StopReason(shop_id=self.shop.id, kind="suspend", text="飲みきれない"),
                    StopReason(shop_id=self.shop.id, kind="cancel", text="味が好みでない"),
                ]
            )

    def has_a_refused_order(self, **card_facts: Any) -> UUID:
        """Let the payment of the next order, S-2, be refused with her card, and return the order's id."""
        with self.site.cast() as cast:
            card = cast.session.scalars(select(Card).filter_by(shop_id=self.shop.id)).one()
            subscription = cast.session.get_one(Subscription, self.id)
            subscription.card_id = card.id
            for name, value in card_facts.items():
                setattr(card, name, value)
            return cast.refused_order(subscription, card).id

    # --- what she does -----------------------------------------------------------------------------------------------
    def comes_in(self, *, by_link: bool = True) -> None:
        """Log in by the link of the mail, or by the order code: to cancel, only the latter is asked for a mailed code."""
        self.phone.open(self.site.link(self.shop, self.order) if by_link else f"/{self.shop.slug}/")
        if not by_link:
            self.phone.page.locator("#code").fill(self.order.code)
        self.phone.page.locator("#typed").fill("山田 花子")
        self.press(self.form("/o/" if by_link else f"/{self.shop.slug}/"))
        expect(self.phone.page).to_have_url(re.compile(str(self.order.id)), timeout=PATIENCE)

    def proves_her_mail(self) -> None:
        """Take the second step with the mailed code, until the page she was going to opens."""
        expect(self.phone.page).to_have_url(re.compile("/second-step"), timeout=PATIENCE)
        self.press(self.form("/second-step/code"))
        expect(self.phone.page.locator("#code")).to_be_visible(timeout=PATIENCE)
        (digits,) = re.findall(r"\b\d{6}\b", self.site.new_text(self.mailbox))
        self.phone.page.locator("#code").fill(digits)
        self.press(self.form("/second-step?"))
        expect(self.phone.page).not_to_have_url(re.compile("/second-step"), timeout=PATIENCE)

    def opens(self, rest: str = "") -> None:
        self.phone.open(f"/{self.shop.slug}/subscriptions/{self.id}{rest}")

    def opens_change(self, change: str) -> None:
        self.opens(f"/changes/{change}")

    def goes_on(self, change: str) -> None:
        """Send the filled-in form and wait for the preview of what will happen."""
        self.press(self.form(f"/changes/{change}"))
        expect(self.form("/confirm")).to_be_visible(timeout=PATIENCE)

    def confirms(self) -> None:
        self.press(self.form("/confirm"))
        expect(self.phone.page).to_have_url(re.compile("/done/"), timeout=PATIENCE)

    def form(self, action: str) -> Locator:
        """Return the first form that sends to an address with this in it."""
        return self.phone.page.locator(f"main form[action*='{action}']").first

    def field(self, name: str) -> Locator:
        return self.phone.page.locator(f"main [name='{name}']:not([type=hidden])").first

    def press(self, form: Locator) -> None:
        form.locator("button[type=submit]:not([formaction])").last.tap()

    def chooses(self, name: str, value: str) -> None:
        self.phone.page.locator(f"main input[name='{name}'][value='{value}']").check()

    def fieldset(self, name: str) -> Locator:
        return self.phone.page.get_by_role("group", name=name)

    # --- what came of it ---------------------------------------------------------------------------------------------
    @property
    def subscription(self) -> Subscription:
        with self.site.session() as session:
            found = session.get_one(Subscription, self.id)
            assert found.items
            return found

    @property
    def contents(self) -> dict[str, int]:
        return {item.name: item.quantity for item in self.subscription.items}

    @property
    def receipts(self) -> list[tuple[str, str]]:
        """Return (kind, outcome) of each of her changes, oldest first."""
        with self.site.session() as session:
            mine = select(SubscriptionChange).filter_by(subscription_id=self.id).order_by(SubscriptionChange.at)
            return [(one.kind, one.outcome) for one in session.scalars(mine)]
