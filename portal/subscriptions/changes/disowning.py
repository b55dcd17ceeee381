"""「心当たりがない」: the buyer's report that a change announced by mail was made by somebody else."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.access import requests
from portal.access.requests import RequestKind
from portal.models import BuyerRequest, Order, Shop, Subscription, SubscriptionChange
from portal.notifications.outbox import Mailroom
from portal.subscriptions.record import history
from portal.values import emails

BY_MAIL = "buyer:mail"
"""Actor for whoever opens the link in the mail: nobody has logged in."""


def disown(
    session: Session, shop: Shop, change: SubscriptionChange, *, mailroom: Mailroom, actor: str = BY_MAIL, now: datetime
) -> BuyerRequest:
    """Create a request to staff, once for each change. Nothing is undone: staff have to find out who did it.

    Raise LookupError if there is no order through which staff could answer.
    """
    subscription = session.get_one(Subscription, change.subscription_id)
    history.take(session, subscription)
    existing = disowned(session, change)
    if existing is not None:
        return existing
    order = _order(session, subscription, change)
    if order is None:
        raise LookupError("no order leads to the subscription")
    name = mailroom.words.change_name(change.kind, language="ja")
    return requests.create(
        session,
        shop,
        order,
        subscription=subscription,
        kind=RequestKind.NOT_ME,
        text=f"{change.number} {name}",
        reply_to=_email_then(session, change),
        mailroom=mailroom,
        actor=actor,
        now=now,
    )


def disowned(session: Session, change: SubscriptionChange) -> BuyerRequest | None:
    """Return the request about this very change, answered or not, or None."""
    about = select(BuyerRequest).filter_by(subscription_id=change.subscription_id, kind=RequestKind.NOT_ME)
    return session.scalars(about.where(BuyerRequest.text.startswith(change.number, autoescape=True))).first()


def _email_then(session: Session, change: SubscriptionChange) -> str:
    """Return the address that got the mail about the change, if it was replaced then or later; else "".

    The new address may be the other person's. Empty means that the subscription still has the old one.
    """
    since = select(SubscriptionChange).where(
        SubscriptionChange.subscription_id == change.subscription_id, SubscriptionChange.at >= change.at
    )
    later = session.scalars(since.order_by(SubscriptionChange.at, SubscriptionChange.id))
    return next((key for one in (change, *later) if (key := _email_before(one))), "")


def _email_before(change: SubscriptionChange) -> str:
    return emails.normalise(change.facts.get("email", ("", ""))[0])


def _order(session: Session, subscription: Subscription, change: SubscriptionChange) -> Order | None:
    """Return the newest order of the subscription, else of the same buyer, else None."""
    keys = {subscription.email_key, _email_before(change)} - {""}
    ways = or_(Order.subscription_id == subscription.id, Order.email_key.in_(keys))
    own_first = (Order.subscription_id == subscription.id).desc().nulls_last()
    mine = select(Order).where(Order.shop_id == subscription.shop_id, ways)
    return session.scalars(mine.order_by(own_first, Order.ordered_at.desc(), Order.id.desc()).limit(1)).first()
