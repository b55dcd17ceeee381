"""Statement and delivery note of a subscription's order: the number of its cycle and the date of the next one."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from portal.access.rules.contact import full_contact, shown_contact
from portal.adapters.weasyprint import TEMPLATES
from portal.receipts.documents import Cycle
from portal.receipts.documents.layout import delivery_note_context, statement_context
from portal.receipts.papers import cycle_of, draft_delivery_note, draft_statement
from tests.cast import Cast

TODAY = date(2026, 12, 4)
BOTH = pytest.mark.parametrize(
    ("draft", "context", "name"),
    [
        (draft_statement, statement_context, "statement"),
        (draft_delivery_note, delivery_note_context, "delivery_note"),
    ],
    ids=["statement", "delivery note"],
)


def page(name: str, context: Callable[..., dict[str, Any]], document: Any) -> str:
    templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    return templates.get_template(f"documents/{name}.html").render(context(document))


@BOTH
def test_the_next_schedule_stands_on_the_papers_of_a_subscriptions_order(
    session: Session, cast: Cast, draft: Any, context: Any, name: str
) -> None:
    shop = cast.shop()
    facts = {"subscription_number": "0000000001", "cycle_number": 2, "next_delivery_on": date(2027, 1, 15)}
    order = cast.order(shop, **facts)
    document = draft(shop, order, full_contact(order), TODAY, cycle_of(session, order))
    assert document.cycle == Cycle("0000000001", 2, date(2027, 1, 15))
    text = page(name, context, document)
    assert "0000000001　2回目のお届け" in text
    assert "次回お届け予定日</th><td>2027年1月15日" in text
    # The last order has no next delivery.
    last = page(name, context, replace(document, cycle=Cycle("0000000001", 3)))
    assert "3回目のお届け" in last
    assert "次回お届け予定日" not in last


@BOTH
def test_other_orders_say_nothing_of_subscriptions(
    session: Session, cast: Cast, draft: Any, context: Any, name: str
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    assert "定期購入" not in page(
        name, context, draft(shop, order, full_contact(order), TODAY, cycle_of(session, order))
    )


@BOTH
def test_a_subscription_has_our_number_on_its_papers_not_the_one_of_its_former_system(
    session: Session, cast: Cast, draft: Any, context: Any, name: str
) -> None:
    shop = cast.shop()
    subscription = cast.subscription(shop, external_number="TS-1001")
    order = cast.order(shop, subscription_id=subscription.id, subscription_number="TS-1001", cycle_number=2)
    text = page(name, context, draft(shop, order, full_contact(order), TODAY, cycle_of(session, order)))
    assert subscription.number in text
    assert "TS-1001" not in text


@BOTH
def test_what_is_masked_is_left_off_the_papers(
    session: Session, cast: Cast, draft: Any, context: Any, name: str
) -> None:
    shop = cast.shop()
    order = cast.order(shop, prefecture="大阪府", address="大阪市北区梅田1-2-3", postcode="530-0001")
    masked = page(name, context, draft(shop, order, shown_contact(order, None, shop), TODAY))
    assert not re.search("•|大阪|530", masked.replace(order.code, ""))
    assert order.buyer_name in masked
    assert "大阪市北区梅田1-2-3" in page(name, context, draft(shop, order, full_contact(order), TODAY))
