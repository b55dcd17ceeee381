"""Through which order a visit may see a subscription."""

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from portal.access import second_step
from portal.access.second_step import Action
from portal.access.visits import Visit
from portal.models import Order, SessionOrder, Shop, Subscription


def way_to(session: Session, shop: Shop, visit: Visit, subscription: Subscription) -> Order | None:
    """The order through which this visit may see a subscription; None: it may not.

    One of its own orders that was proved here, the newest; or any, where the second step proved its e-mail address, or
    where the shop asks no code for the same buyer's other orders.
    """
    proved = select(Order).join(SessionOrder, SessionOrder.order_id == Order.id)
    ways = [Order.subscription_id == subscription.id]
    if visit.proves(subscription.email_key):
        ways.append(true())
    elif subscription.email_key and not second_step.is_asked(shop, Action.OTHER_ORDERS):
        ways.append(Order.email_key == subscription.email_key)
    mine = proved.where(SessionOrder.session_id == visit.session_id, Order.shop_id == shop.id, or_(*ways))
    own_first = (Order.subscription_id == subscription.id).desc()
    return session.scalar(mine.order_by(own_first, Order.ordered_at.desc(), Order.id.desc()).limit(1))
