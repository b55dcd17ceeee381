"""The stage of the walk over all routes: 花子's order with everything that belongs to it, and the visitors."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.models import (
    Base,
    BuyerRequest,
    ListedAddress,
    Order,
    Receipt,
    ReturnInvoice,
    Shop,
    SubscriptionChange,
)
from portal.receipts.return_invoices import Refund, issue_return
from portal.values.dates import tokyo_date
from tests.cast import TARO, Cast
from tests.mypage.signing_in import sign_in, submit
from tests.route_table import RECEIPT, REQUEST

LINES = (
    {"name": "煎茶 やぶきた 100g", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8},
    {"name": "急須 青磁", "quantity": 1, "unit_price": 22_000, "amount": 22_000, "tax_rate": 10},
)
"""Goods that are dear enough for a return invoice."""


class Stage:
    """花子's order with everything that belongs to it, and the visitors."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app = app
        self.session = cast.session
        self.shop = cast.shop(delivery_notes_allowed=True)
        self.next_door = cast.shop(slug="momiji", name="もみじ堂", delivery_notes_allowed=True)
        cast.rules(self.shop)
        cast.rules(self.next_door)
        self.card = cast.card(self.shop)
        self.listed = self._listed(cast)
        self.subscription = cast.subscription(self.shop)
        of_it = {"subscription_id": self.subscription.id, "subscription_number": self.subscription.number}
        self.order = cast.order(self.shop, lines=[dict(line) for line in LINES], **of_it)
        cast.shipment(self.order)
        self.taros = cast.order(self.shop, code="B-1", **TARO)
        self.neighbours = cast.order(self.next_door, **TARO)
        cast.session.commit()
        self.hanako = self.signed_in(self.shop, self.order)
        self.receipt, self.request = self._receipt(), self._request()
        self.invoice = self._return_invoice(cast.now)
        self.change = self._change()

    def _listed(self, cast: Cast) -> ListedAddress:
        listed = ListedAddress(
            shop_id=self.shop.id,
            email_key="hanako@example.jp",
            recipient_name="山田 一郎",
            address="大阪市北区梅田4-5-6",
            created_at=cast.now,
        )
        cast.session.add(listed)
        cast.session.flush()
        return listed

    def _receipt(self) -> Receipt:
        path = f"/sakura/orders/{self.order.id}/receipt"
        assert submit(self.hanako, path, RECEIPT).status_code == 303
        receipt = self.session.scalars(select(Receipt)).one()
        self.session.commit()
        with self.app.app_context():
            jobs.papers.render(str(receipt.rendition_id))
        return receipt

    def _return_invoice(self, now: datetime) -> ReturnInvoice:
        invoice = issue_return(
            self.session,
            shop=self.shop,
            order=self.order,
            receipt=self.receipt,
            refund=Refund({10: 11_000}, tokyo_date(now), "値引き"),
            issue_key=uuid4(),
            actor="staff:1",
            now=now,
        )
        assert isinstance(invoice, ReturnInvoice)
        self.session.commit()
        return invoice

    def _request(self) -> BuyerRequest:
        path = f"/sakura/requests/new?order={self.order.id}"
        assert submit(self.hanako, path, REQUEST).status_code == 303
        request = self.session.scalars(select(BuyerRequest)).one()
        self.session.commit()
        return request

    def _change(self) -> SubscriptionChange:
        """Ask for a cancellation without the emailed code, which is stored as a request."""
        path = f"/sakura/subscriptions/{self.subscription.id}/cancel?by=without-code"
        confirm = path.replace("/cancel", "/cancel/confirm")
        fields = {"reason": "", "version": str(self.subscription.version), "once": str(uuid4())}
        assert submit(self.hanako, confirm, fields, form_on=path).status_code == 303
        change = self.session.scalars(select(SubscriptionChange)).one()
        self.session.commit()
        return change

    def signed_in(self, shop: Shop, order: Order) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, shop, order)
        return client

    def visitor(self, who: str) -> tuple[FlaskClient, str]:
        """Return a visitor's browser, and the slug of the shop in whose addresses it asks."""
        if who == "taro":
            return self.signed_in(self.shop, self.taros), "sakura"
        if who == "neighbour":
            return self.signed_in(self.next_door, self.neighbours), "momiji"
        if who == "copied cookie":
            cookie = self.signed_in(self.next_door, self.neighbours).get_cookie("mypage", path="/momiji")
            assert cookie
            client = self.app.test_client()
            client.set_cookie("mypage", cookie.value, path="/sakura")
            return client, "sakura"
        return (self.hanako if who == "hanako" else self.app.test_client()), "sakura"

    def address(self, endpoint: str, slug: str, *, query: bool = False) -> str:
        links = self.app.extensions["links"]
        values: dict[str, Any] = {
            "filename": "icon.svg",
            "slug": slug,
            "signed": links.sign_order(self.shop.id, self.order.id),
            "order_id": self.order.id,
            "year": 2026,
            "receipt_id": self.receipt.id,
            "invoice_id": self.invoice.id,
            "request_id": self.request.id,
            "subscription_id": self.subscription.id,
            "change": "skip",
            "change_id": self.change.id,
            "card_id": self.card.id,
            "address_id": self.listed.id,
            "registration_id": self.receipt.id,
            "name": "logo",
            "token": self.receipt.public_token,
        }
        if endpoint == "mypage.receipt_file":
            until = self.app.config["CLOCK"]().replace(year=2027)
            values["token"] = links.sign_file(self.next_door.id, self.receipt.id, until)
        if endpoint == "mypage.show_done_change":
            values["receipt_id"] = self.change.id
        rules = self.app.url_map
        wanted = rules.iter_rules(endpoint)
        needed = {argument for rule in wanted for argument in rule.arguments}
        given = {name: values[name] for name in needed} | ({"order": self.order.id} if query else {})
        return rules.bind("localhost").build(endpoint, given)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of the database, by table."""
        tables = Base.metadata.sorted_tables
        found = {table.name: sorted(map(repr, self.session.execute(select(table)))) for table in tables}
        self.session.commit()
        return found

    def changed(self, before: dict[str, list[tuple[Any, ...]]]) -> set[str]:
        """Return the names of the tables in which a row is not as it was."""
        after = self.rows()
        return {name for name in before if before[name] != after[name]}
