"""The one way from a request to a subscription: through an order that was proved in the live session."""

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from flask import abort, g, request, url_for
from sqlalchemy import select

from portal.access import ways
from portal.access.opening import ALIVE
from portal.access.rules import second_step
from portal.access.rules.second_step import Action
from portal.access.rules.visits import Visit
from portal.extensions import db
from portal.models import Order, Subscription
from portal.mypage.orders.loader import require_order, require_visit
from portal.web.redirects import go_to


@dataclass(frozen=True)
class Reached:
    subscription: Subscription
    order: Order
    """The proved one that led here; not always one of the subscription's own."""
    visit: Visit

    @property
    def needs_step(self) -> bool:
        """Whether changing anything asks for the e-mailed code first."""
        return second_step.needs_step(g.shop, Action.SUBSCRIPTION, self.visit, self.subscription)

    @property
    def can_step(self) -> bool:
        """Without an e-mail address there is no code: staff are asked instead."""
        return self.subscription.email_key != ""


def require_subscription(subscription_id: UUID, *, background: bool = False) -> Reached:
    """Anonymous → login page; someone else's, unknown or deleted → 404. `background` as in `require_order`."""
    entry = require_visit(background=background)
    mine = select(Subscription).filter_by(id=subscription_id, shop_id=g.shop.id, deleted_at=None)
    subscription = db.session.scalar(mine) or abort(404)
    order = ways.way_to(db.session, g.shop, entry.visit, subscription) or abort(404)
    if subscription.state not in ALIVE:
        # Nothing is left to be cancelled: it is seen as long as the order is.
        require_order(order.id, background=background)
    return Reached(subscription, order, entry.visit)


def require_change(subscription_id: UUID) -> Reached:
    """As `require_subscription`, for what changes something: who has not taken the second step yet is sent there."""
    reached = require_subscription(subscription_id)
    if reached.needs_step:
        _go_to_step(subscription_id)
    return reached


def require_belongings(subscription_id: UUID) -> Reached:
    """As `require_change`, for what the buyer's other subscriptions share: cards, the address list. Those are named
    there, and moved.
    """
    reached = require_change(subscription_id)
    require_step_to_others(reached.subscription, reached.visit)
    return reached


def require_step_to_others(subscription: Subscription, visit: Visit) -> None:
    """Where the shop asks no code for this subscription, the buyer's others may still ask for it."""
    if second_step.needs_step(g.shop, Action.OTHER_ORDERS, visit, subscription):
        _go_to_step(subscription.id)


def _go_to_step(subscription_id: UUID) -> NoReturn:
    back = request.path.removesuffix("/confirm")
    go_to(url_for(".show_second_step", subscription=subscription_id, back=back))


def cards_url(subscription_id: UUID, done: str | None = None, receipt_id: UUID | None = None) -> str:
    return url_for(".show_cards", subscription_id=subscription_id, done=done, receipt=receipt_id)


def subscription_url(subscription_id: UUID) -> str:
    return url_for(".show_subscription", subscription_id=subscription_id)
