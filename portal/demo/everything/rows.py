"""What every part of the rows stands on: the shop, its clerk, and the ids by their names in addresses."""

from typing import Any
from uuid import UUID

from portal.demo.everything.maker import Maker
from portal.models import Card, Membership, Order, Shop, Staff, Subscription
from portal.receipts.writing import VerifyUrl
from portal.values.roles import Role

DEAR = [{"name": "急須 青磁", "quantity": 1, "unit_price": 22_000, "amount": 22_000, "tax_rate": 10}]
"""Lines that are dear enough for a return invoice."""


class Rows:
    order: Order
    """The fullest order, of `subscription`."""
    subscription: Subscription
    """One with everything that a subscription can have at once."""
    card: Card

    def __init__(self, maker: Maker, shop: Shop, verify_url: VerifyUrl) -> None:
        self.maker, self.session, self.shop, self.now = maker, maker.session, shop, maker.now
        self.verify_url = verify_url
        self.of_shop: dict[str, Any] = {"shop_id": shop.id}
        self.ids: dict[str, list[UUID]] = {}
        # Invited and without a password, so that nobody logs in with this name.
        mail = f"takahashi@{shop.slug}.example.jp"
        staff = Staff(name="高橋 三郎", email=mail, email_key=mail, password_hash="", created_at=self.now)
        self.staff_id = self.add(staff)
        self.add(Membership(**self.of_shop, staff_id=self.staff_id, role=Role.OPERATOR, created_at=self.now))
        self.clerk = f"staff:{self.staff_id}"

    def add(self, row: Any) -> UUID:
        self.session.add(row)
        self.session.flush()
        key: UUID = row.id
        return key

    def keep(self, name: str, *rows: Any) -> UUID:
        """Add the rows, note their ids under the name that addresses give them, and return the first."""
        keys = [self.add(row) for row in rows]
        self.ids[name] = [*self.ids.get(name, ()), *keys]
        return keys[0]
