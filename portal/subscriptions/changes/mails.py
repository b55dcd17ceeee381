"""Mails about a buyer's change: to the buyer, and to the addresses that the shop has named for notices."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules import second_step
from portal.models import Order, Shop, Subscription, SubscriptionChange
from portal.notifications import subscription_changed
from portal.notifications.once_keys import once_key
from portal.notifications.outbox import Mailroom, To
from portal.notifications.subscription_changed import Coming, Done
from portal.subscriptions.changes.confirm import step_of
from portal.subscriptions.record import attention
from portal.subscriptions.record.attention import Attention
from portal.subscriptions.record.facts import Frame, facts_of
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.schedule import plan
from portal.values import emails
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

MESSAGE = "subscription_changed"
FOR_STAFF = "subscription_changed_staff"


def tell(
    session: Session,
    mailroom: Mailroom,
    shop: Shop,
    subscription: Subscription,
    order: Order,
    receipt: SubscriptionChange,
    frame: Frame,
    *,
    language: str,
    now: datetime,
) -> None:
    """Write the mails in the transaction of the change; called again, it writes no second ones.

    `order`: the one through which the buyer came. A cancellation has mails of its own.
    """
    if receipt.kind == Change.CANCEL:
        return
    context = subscription_changed.context(
        buyer=subscription,
        subscription=subscription.number,
        done=done_of(mailroom, receipt, language=language),
        coming=coming_of(session, subscription, frame, tokyo_date(now)),
        page_url=page_url(session, mailroom, shop, subscription, order),
        not_me_url=not_me_url(mailroom, shop, receipt),
    )
    for address in _addresses(subscription, receipt):
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message=MESSAGE,
            recipient=address,
            context=context,
            language=language,
            once_key=once_key(MESSAGE, receipt.id, address),
            now=now,
        )
    for_cart = frame.rules.generates == "them"
    if for_cart:
        attention.flag(session, subscription, Attention.CART, actor=receipt.actor, now=now)
    context = subscription_changed.context_for_staff(
        buyer_name=subscription.buyer_name,
        subscription=subscription.number,
        done=done_of(mailroom, receipt, language="ja", full=True),
        for_cart=for_cart,
        url=f"{mailroom.public_url}/admin/shops/{shop.slug}/subscriptions/{subscription.id}/history",
    )
    mailroom.tell_shop(session, shop=shop, order=order, message=FOR_STAFF, context=context, about=receipt.id, now=now)


def done_of(mailroom: Mailroom, receipt: SubscriptionChange, *, language: str, full: bool = False) -> Done:
    """Return the change in words, masked unless `full`: more people read a mailbox than the page behind the code."""
    words = mailroom.words
    return Done(
        change=words.change_name(receipt.kind, language=language),
        lines=words.change_lines(receipt.facts, tokyo_date(receipt.at), full=full, language=language),
        number=receipt.number,
        at=receipt.at,
    )


def page_url(session: Session, mailroom: Mailroom, shop: Shop, subscription: Subscription, order: Order) -> str:
    """Return the link through one of the subscription's own orders, else to the order through which the buyer came."""
    if order.subscription_id == subscription.id:
        return mailroom.order_url(shop, order, To.SUBSCRIPTION)
    own = select(Order).filter_by(shop_id=shop.id, subscription_id=subscription.id)
    newest = session.scalars(own.order_by(Order.ordered_at.desc(), Order.id.desc()).limit(1)).first()
    return mailroom.order_url(shop, newest, To.SUBSCRIPTION) if newest else mailroom.order_url(shop, order)


def not_me_url(mailroom: Mailroom, shop: Shop, receipt: SubscriptionChange) -> str:
    """Return the link to disown the change, empty if the shop asks for the e-mailed code.

    With the code, whoever made the change could read this mailbox.
    """
    if second_step.is_asked(shop, step_of(Change(receipt.kind))):
        return ""
    return f"{mailroom.public_url}/{shop.slug}/not-me/{mailroom.links.sign_change(shop.id, receipt.id)}"


def coming_of(session: Session, subscription: Subscription, frame: Frame, today: date) -> Coming:
    """Return what the buyer has to expect now: a delivery, a pause or nothing."""
    if subscription.state == SubscriptionState.SUSPENDED:
        return Coming(resumes_on=subscription.resume_on, is_paused=True)
    if subscription.state != SubscriptionState.ACTIVE:
        return Coming()
    # The next one may be skipped, the one after it never is.
    coming = [delivery for delivery in plan(facts_of(session, subscription, frame), 2) if not delivery.skipped]
    if not coming:
        return Coming()
    until = coming[0].creation_on - timedelta(days=1)
    return Coming(coming[0].delivery_on, until if until >= today else None, for_once=coming[0].for_once)


def _addresses(subscription: Subscription, receipt: SubscriptionChange) -> list[str]:
    """Return the current address and the one it has replaced, so that nobody takes a subscription away unnoticed."""
    before = emails.normalise(receipt.facts.get("email", ("", ""))[0])
    return [address for address in dict.fromkeys((subscription.email_key, before)) if address]
