"""Mails about a cancellation or a request for one: to the buyer with the proof, and to the shop's notice addresses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.models import BuyerRequest, Order, Shop, Subscription, SubscriptionChange
from portal.notifications import subscription_canceled
from portal.notifications.once_keys import once_key
from portal.notifications.outbox import Mailroom
from portal.notifications.subscription_canceled import Canceled, Coming
from portal.subscriptions.cancellation import by_buyer
from portal.subscriptions.cancellation.withdrawal import withdrawal_url
from portal.subscriptions.changes.mails import not_me_url, page_url
from portal.subscriptions.record import attention, shop_rules
from portal.subscriptions.record.attention import Attention

MESSAGE = "subscription_canceled"
FOR_STAFF = "subscription_canceled_staff"


def tell(
    session: Session,
    mailroom: Mailroom,
    shop: Shop,
    subscription: Subscription,
    order: Order,
    receipt: SubscriptionChange,
    *,
    proof_id: UUID,
    language: str,
    now: datetime,
) -> None:
    """Write the mails in the transaction of the cancellation; called again, it writes no second ones.

    `proof_id`: the rendition of the paper. A buyer without an e-mail address has the page and the paper.
    """
    canceled = _said(receipt)
    if subscription.email_key:
        context = subscription_canceled.context(
            buyer=subscription,
            canceled=canceled,
            page_url=page_url(session, mailroom, shop, subscription, order),
            not_me_url=not_me_url(mailroom, shop, receipt),
            withdrawal_url=withdrawal_url(mailroom, shop, receipt),
        )
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message=MESSAGE,
            recipient=subscription.email_key,
            context=context,
            language=language,
            once_key=once_key(MESSAGE, receipt.id, subscription.email_key),
            now=now,
            attachment_id=proof_id,
        )
    for_cart = shop_rules.of_shop(session, shop.id).generates == "them"
    if for_cart and receipt.request_id is None:
        attention.flag(session, subscription, Attention.CART, actor=receipt.actor, now=now)
    context = subscription_canceled.context_for_staff(
        buyer_name=subscription.buyer_name,
        canceled=canceled,
        reason=_reason(session, subscription, receipt),
        is_proved=by_buyer.frozen(receipt).is_proved,
        reply_to=by_buyer.shown_reply_to(session, subscription, order, receipt),
        for_cart=for_cart,
        url=f"{mailroom.public_url}/admin/shops/{shop.slug}/{_where(receipt)}",
    )
    mailroom.tell_shop(session, shop=shop, order=order, message=FOR_STAFF, context=context, about=receipt.id, now=now)


def _said(receipt: SubscriptionChange) -> Canceled:
    frozen = by_buyer.frozen(receipt)
    return Canceled(
        number=receipt.number,
        at=receipt.at,
        subscription=frozen.subscription_number,
        items=[f"{item.name} × {item.quantity}" for item in frozen.items],
        cause=frozen.cause,
        coming=[Coming(one.code, one.total, one.is_paid, one.delivery_on, one.is_shipped) for one in frozen.coming],
        bound_to=frozen.commitment_count,
        to_go=frozen.commitment_to_go,
        to_pay=frozen.to_pay,
        possible_from=frozen.possible_from,
        next_on=frozen.next_delivery_on,
        deadline=frozen.deadline,
    )


def _reason(session: Session, subscription: Subscription, receipt: SubscriptionChange) -> str:
    if receipt.request_id is None:
        return subscription.stop_reason
    return session.get_one(BuyerRequest, receipt.request_id).text


def _where(receipt: SubscriptionChange) -> str:
    if receipt.request_id is None:
        return f"subscriptions/{receipt.subscription_id}/history"
    return f"requests/{receipt.request_id}"
