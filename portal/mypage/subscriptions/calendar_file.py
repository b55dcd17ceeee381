"""Calendar file (RFC 5545) of the coming deliveries: the shop's name and the goods, nothing about the buyer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from icalendar import Calendar, Event

from portal.models import Shop, Subscription
from portal.subscriptions.overview.made_orders import Goods, Made
from portal.subscriptions.schedule import Delivery, DeliveryItem


class _Entry(NamedTuple):
    name: str
    """Number of the delivery, which it keeps; the order's id if a cart made the order without a number."""
    on: date
    goods: str
    for_once: bool


def calendar_file(
    shop: Shop,
    subscription: Subscription,
    deliveries: Sequence[Delivery],
    under_way: Sequence[Made],
    *,
    host: str,
    page_url: str,
) -> bytes:
    """Return the bytes of the calendar file.

    Each delivery keeps its UID whatever day it moves to, so that a calendar that has it moves it along.
    """
    calendar = Calendar.new(
        prodid="-//MyPage//subscription//JA", name=_("%(shop)s 定期購入", shop=shop.name), method="PUBLISH"
    )
    for entry in _entries(deliveries, under_way):
        event = Event.new(
            uid=f"{subscription.id}-{entry.name}@{host}",
            summary=_("%(shop)s 定期購入のお届け", shop=shop.name) + (_("（今回だけ）") if entry.for_once else ""),
            description=entry.goods,
            start=entry.on,
            end=entry.on + timedelta(days=1),
            url=page_url,
            sequence=subscription.version,
            stamp=subscription.updated_at,
            last_modified=subscription.updated_at,
        )
        # A delivery does not make the buyer busy for the whole day.
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _entries(deliveries: Sequence[Delivery], under_way: Sequence[Made]) -> list[_Entry]:
    made = [
        _Entry(str(order.cycle_number or order.id), order.delivery_on, _goods(order.items), order.for_once)
        for order in under_way
        if order.delivery_on
    ]
    return made + [
        _Entry(str(delivery.cycle_number), delivery.delivery_on, _goods(delivery.items), delivery.for_once)
        for delivery in deliveries
        if not delivery.skipped
    ]


def _goods(items: Sequence[Goods | DeliveryItem]) -> str:
    return "\n".join(f"{item.name} × {item.quantity}" for item in items)
