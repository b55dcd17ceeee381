"""定期購入: the buyer's subscriptions, one of them, and its coming deliveries as a calendar file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, g, render_template

from portal.access.opening import ALIVE
from portal.access.rules.second_step import Action, is_asked, needs_step
from portal.access.rules.visits import Visit
from portal.access.ways import reach_of, subscriptions_of
from portal.clock import now
from portal.extensions import db
from portal.models import Subscription
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import require_visit
from portal.mypage.subscriptions.calendar_file import calendar_file
from portal.mypage.subscriptions.loader import require_subscription, subscription_url
from portal.mypage.subscriptions.page import outlook_of, page_of
from portal.subscriptions.changes import addresses
from portal.subscriptions.overview.made_orders import Made, orders_of, under_way
from portal.subscriptions.overview.upcoming import coming
from portal.subscriptions.record.facts import address_of, facts_of
from portal.subscriptions.rules.outlook import Answer, Outlook
from portal.subscriptions.schedule import Cycle, Delivery, cycle_in_force
from portal.values.dates import tokyo_date
from portal.web.terms import shop_frame

NEXT_TWO = 2
RECENT = 100
"""Most orders, the newest, among which one that is still under way is looked for."""


@dataclass(frozen=True)
class Entry:
    subscription: Subscription
    outlook: Outlook
    cycle: Cycle
    goods: Sequence[Any]
    """What the delivery contains that the outlook names, with name and quantity."""
    total: int | None
    """Yen of that delivery, or None if nothing comes."""
    recipient: str
    """To whom it goes, empty while personal data are hidden or if it is the buyer."""


def entries_of(subscriptions: Sequence[Subscription], visit: Visit, instant: datetime) -> Sequence[Entry]:
    """Return the entries by the day of the next delivery; those that rest or have ended come after."""
    today = tokyo_date(instant)
    orders = orders_of(db.session, g.shop, subscriptions, now=instant, most=RECENT) if subscriptions else ()
    # Holding these entries keeps them in the session, which then does not load them for each subscription.
    _held = addresses.led_to(db.session, subscriptions)
    found = []
    for subscription in subscriptions:
        own = [order for order in orders if order.subscription_id == subscription.id]
        deliveries = coming(db.session, subscription, shop_frame(), today, NEXT_TWO)
        look = outlook_of(subscription, deliveries, own, today)
        sent = [delivery for delivery in deliveries if not delivery.skipped]
        made = under_way(own, today) if look.answer is Answer.UNDER_WAY else ()
        candidates: list[Made | Delivery] = [*made, *sent]
        named = candidates[0] if candidates else None
        found.append(
            Entry(
                subscription,
                look,
                cycle_in_force(facts_of(db.session, subscription, shop_frame())),
                goods=named.items if named else subscription.items,
                total=named.total if named else None,
                recipient=_recipient(subscription, visit),
            )
        )
    return sorted(found, key=_by_day)


def _by_day(entry: Entry) -> tuple[bool, date, str]:
    look = entry.outlook
    on = look.then if look.answer in (Answer.SKIPPED, Answer.PAUSED) else look.on
    return entry.subscription.state not in ALIVE, on or date.max, entry.subscription.number


def _recipient(subscription: Subscription, visit: Visit) -> str:
    name = address_of(db.session, subscription).name
    masked = needs_step(g.shop, Action.PERSONAL_DATA, visit, subscription)
    return "" if masked or name == subscription.buyer_name else name


@blueprint.get("/subscriptions")
def show_subscriptions() -> str:
    entry, instant = require_visit(), now()
    reach = reach_of(db.session, g.shop, entry.visit, instant)
    found = subscriptions_of(db.session, g.shop, reach)
    return render_template(
        "mypage/subscriptions/list.html",
        entries=entries_of(found, entry.visit, instant),
        # Any order with an e-mail address will do: the code goes there, and the others with that address open.
        step_order=next((order for order in reach.proved if order.email_key), None),
        may_be_more=is_asked(g.shop, Action.OTHER_ORDERS) and not reach.emails,
        order=next(iter(reach.proved), None),
    )


@blueprint.get("/subscriptions/<uuid:subscription_id>")
def show_subscription(subscription_id: UUID) -> str:
    reached = require_subscription(subscription_id)
    return render_template("mypage/subscriptions/subscription.html", **page_of(reached))


@blueprint.get("/subscriptions/<uuid:subscription_id>/deliveries.ics")
def subscription_calendar(subscription_id: UUID) -> Response:
    """Return the calendar file, or 404 if nothing comes: a calendar must have an entry."""
    subscription, instant = require_subscription(subscription_id).subscription, now()
    today = tokyo_date(instant)
    deliveries = coming(db.session, subscription, shop_frame(), today)
    on_their_way = under_way(orders_of(db.session, g.shop, [subscription], now=instant), today)
    if not on_their_way and all(delivery.skipped for delivery in deliveries):
        abort(404)
    settings = current_app.config["SETTINGS"]
    content = calendar_file(
        g.shop,
        subscription,
        deliveries,
        on_their_way,
        host=settings.host,
        page_url=settings.public_url + subscription_url(subscription.id),
    )
    headers = {"Content-Disposition": f'attachment; filename="deliveries-{subscription.number}.ics"'}
    return Response(content, mimetype="text/calendar", headers=headers)
