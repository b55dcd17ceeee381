"""A buyer's subscriptions, each in a line or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g

from portal.extensions import db
from portal.models import Subscription
from portal.mypage.subscriptions.page import outlook_of
from portal.subscriptions.changes import addresses
from portal.subscriptions.overview.made_orders import orders_of
from portal.subscriptions.overview.upcoming import coming
from portal.subscriptions.rules.outlook import Outlook
from portal.values.dates import tokyo_date
from portal.web.terms import shop_frame

NEXT_TWO = 2
RECENT = 100
"""Orders among which one that is still under way is found."""


@dataclass(frozen=True)
class Entry:
    subscription: Subscription
    outlook: Outlook


def entries_of(subscriptions: Sequence[Subscription], instant: datetime) -> Sequence[Entry]:
    today = tokyo_date(instant)
    orders = orders_of(db.session, g.shop, subscriptions, now=instant, most=RECENT) if subscriptions else ()
    # As long as they are held, the session has them at hand for each.
    _held = addresses.led_to(db.session, subscriptions)
    found = []
    for subscription in subscriptions:
        own = [order for order in orders if order.subscription_id == subscription.id]
        deliveries = coming(db.session, subscription, shop_frame(), today, NEXT_TWO)
        found.append(Entry(subscription, outlook_of(subscription, deliveries, own, today)))
    return found
