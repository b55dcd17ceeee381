"""The contents of a change's pages, and an item for the shop to offer."""

import re

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import (
    OfferedItem,
    Shop,
    Subscription,
)


def offer(session: Session, shop: Shop, code: str = "K-200", price: int = 1620) -> None:
    name = {"K-200": "釜炒り茶", "T-100": "煎茶 やぶきた 100g"}[code]
    session.add(OfferedItem(shop_id=shop.id, product_code=code, name=name, price=price, tax_rate=8, position=1))
    session.commit()


def dates(page: TestResponse) -> list[str]:
    """Return the dates of the previewed deliveries."""
    cells = re.findall(r"<tr><td>.*?</td><td[^>]*>(.*?)</td></tr>", page.text, re.DOTALL)
    return [found[1] for cell in cells if (found := re.search(r'datetime="([^"]+)"', cell))]


def names(page: TestResponse, start: str) -> list[str]:
    """Return the names of the form's fields that begin with `start`."""
    return re.findall(rf'name="({start}[^"]*)"', page.text)


def quantities(subscription: Subscription) -> list[tuple[str, int]]:
    return [(item.name, item.quantity) for item in subscription.items]
