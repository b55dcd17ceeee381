"""The one way from a request to a subscription: through an order that was proved in the live session."""

from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from flask import abort, g, url_for
from sqlalchemy import select

from portal.access import ways
from portal.access.opening import ALIVE
from portal.access.rules import second_step
from portal.access.rules.second_step import Action
from portal.access.rules.visits import Visit
from portal.extensions import db
from portal.models import Order, Subscription
from portal.mypage.orders.loader import order_url, require_order, require_visit
from portal.subscriptions.changes.confirm import step_of
from portal.subscriptions.rules.allowances import Change
from portal.web.redirects import go_to, page_here


@dataclass(frozen=True)
class Reached:
    subscription: Subscription
    order: Order
    """Proved order that led here; not always one of the subscription's own."""
    visit: Visit

    def needs_step(self, change: Change | None = None) -> bool:
        """Tell whether the change requires the e-mailed code first; None stands for those without a rule of their own.

        To cancel, the link of the mail will do instead.
        """
        action = step_of(change) if change else Action.SUBSCRIPTION
        if not second_step.needs_step(g.shop, action, self.visit, self.subscription):
            return False
        return change is not Change.CANCEL or not self.came_by_own_link

    @property
    def came_by_own_link(self) -> bool:
        """Tell whether the link came in a mail to the address of the subscription, or about one of its orders."""
        is_own = self.order.subscription_id == self.subscription.id
        is_own = is_own or (bool(self.order.email_key) and self.order.email_key == self.subscription.email_key)
        return is_own and ways.came_by_link(db.session, self.visit, self.order)

    def is_barred(self, change: Change) -> bool:
        """Tell whether the change requires a code that cannot be sent, so that staff are asked instead."""
        return not self.can_step and self.needs_step(change)

    @property
    def can_step(self) -> bool:
        """Tell whether there is an e-mail address to send a code to; without one staff are asked instead."""
        return self.subscription.email_key != ""


def require_subscription(subscription_id: UUID, *, background: bool = False) -> Reached:
    """Return the subscription with the order that led to it, or end the request.

    Anonymous → login page; someone else's, unknown or deleted → 404. `background` as in `require_order`.
    """
    entry = require_visit(background=background)
    mine = select(Subscription).filter_by(id=subscription_id, shop_id=g.shop.id, deleted_at=None)
    subscription = db.session.scalar(mine) or abort(404)
    order = ways.way_to(db.session, g.shop, entry.visit, subscription) or abort(404)
    if subscription.state not in ALIVE:
        # Nothing is left to be canceled: the subscription is shown only as long as the order is.
        require_order(order.id, background=background)
    g.about = {"subscription": subscription_id}
    return Reached(subscription, order, entry.visit)


def require_change(subscription_id: UUID, change: Change | None = None) -> Reached:
    """Return what `require_subscription` returns, for a change: redirect to the second step if it is to be taken.

    `change` as in `Reached.needs_step`.
    """
    reached = require_subscription(subscription_id)
    if reached.needs_step(change):
        _go_to_step(subscription_id)
    return reached


def require_belongings(subscription_id: UUID) -> Reached:
    """Return what `require_change` returns, for what the buyer's other subscriptions share: cards, the address list.

    Those are named there, and moved, so the second step for them is required too.
    """
    reached = require_change(subscription_id)
    require_step_to_others(reached.subscription, reached.visit)
    return reached


def require_step_to_others(subscription: Subscription, visit: Visit) -> None:
    """Redirect to the second step if the buyer's other orders require it, even if this subscription does not."""
    if second_step.needs_step(g.shop, Action.OTHER_ORDERS, visit, subscription):
        _go_to_step(subscription.id)


def _go_to_step(subscription_id: UUID) -> NoReturn:
    back = page_here().removesuffix("/confirm")
    go_to(url_for(".show_second_step", subscription=subscription_id, back=back))


def cards_url(subscription_id: UUID, done: str | None = None, receipt_id: UUID | None = None) -> str:
    return url_for(".show_cards", subscription_id=subscription_id, done=done, receipt=receipt_id)


def subscription_url(subscription_id: UUID) -> str:
    return url_for(".show_subscription", subscription_id=subscription_id)


def page_url(order: Order, subscription: Subscription | None) -> str:
    """Return the address of the subscription's page, or of the order's if there is none."""
    return subscription_url(subscription.id) if subscription else order_url(order.id)


def query_of(order: Order, subscription: Subscription | None) -> dict[str, Any]:
    """Return the query parameters that name the subscription, or the order if there is none."""
    return {"subscription": subscription.id} if subscription else {"order": order.id}
