"""The login page: a shop with an order to open, and the refusal."""

import re
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Base, Order, Shop
from tests.cast import Cast

REFUSED = "確認できませんでした"


def in_shop(cast: Cast, **shop_facts: Any) -> tuple[Shop, Order]:
    shop = cast.shop(**shop_facts)
    order = cast.order(shop)
    cast.session.commit()
    return shop, order


def looks(answer: TestResponse) -> str:
    """Return the page without the parts that differ in every answer."""
    return re.sub(r'(nonce|name="csrf_token" value)="[^"]+"', "", answer.text)


def rows(session: Session) -> dict[str, int]:
    session.rollback()
    return {
        name: session.scalars(select(func.count()).select_from(table)).one()
        for name, table in Base.metadata.tables.items()
    }
