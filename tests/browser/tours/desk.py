"""The staff's desk in a browser, as the parts of the staff's tour use it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from playwright.sync_api import Locator
from sqlalchemy import update

from tests.browser.phone import Phone
from tests.browser.tours.staff_stage import Stage

State = TypeVar("State")


class Desk:
    """Browser of a member of staff; forms are found by their addresses, not by their words."""

    whole = True
    """Whether every state of a page is seen; else each page, in the states in which it differs most."""

    def __init__(self, desk: Phone) -> None:
        self.desk = desk
        self.page = desk.page
        desk.expected |= {403, 404, 405, 409, 410, 422, 429, 400}
        self.stage = Stage(desk.site)
        self.base = f"/admin/shops/{self.stage.shop.slug}"

    def some(self, states: Sequence[State], kept: int) -> Sequence[State]:
        """Return the states to be seen: all, or the first of them."""
        return states if self.whole else states[:kept]

    def open(self, rest: str) -> None:
        """Open a page of the shop; `rest` follows the shop's address."""
        self.desk.open(self.base + rest)

    def order_path(self, order_code: str, rest: str = "") -> str:
        return f"/orders/{self.stage.orders[order_code]}{rest}"

    def form(self, action: str) -> Locator:
        """Return the first form that sends to an address with this ending."""
        return self.page.locator(f"main form[action$='{action}']").first

    def send(self, action: str, button: str = "button[type=submit]:not([formaction])", **typed: str) -> None:
        """Fill in fields by their ids, press the form's button and wait for the next page."""
        form = self.form(action)
        for name, text in typed.items():
            form.locator(f"#{name}").fill(text)
        # The browser would refuse to send this; another program would not.
        form.evaluate("form => { form.noValidate = true }")
        with self.page.expect_navigation():
            form.locator(button).first.click()

    def change(self, model: Any, *where: Any, **values: Any) -> None:
        with self.desk.site.session() as session:
            session.execute(update(model).where(*where).values(**values))

    def stay(self) -> None:
        """Stop the page from loading itself again in a moment."""
        self.page.evaluate("window.stop()")

    def sign_out(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("form[action$='/admin/logout'] button").click()
