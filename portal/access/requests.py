"""What a buyer cannot do alone and asks the shop's staff for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import BuyerRequest, Order, Shop, Subscription
from portal.models.base import new_id
from portal.notifications import request_answered, staff_notice
from portal.notifications.outbox import Mailroom
from portal.values import emails

MOST_OPEN = 5


class RequestKind(StrEnum):
    NO_EMAIL = "no_email"
    """The second step cannot be taken: the order has no e-mail address, or its buyer cannot read mail there."""
    RECEIPT = "receipt"
    DETAILS = "details"
    """Address, name or phone are to be corrected."""
    CANCELLATION = "cancellation"
    """Of a subscription, which cannot take effect at once; it counts from its time (`subscriptions.cancelling`)."""
    SUBSCRIPTION = "subscription"
    """A change of one that its buyer cannot make alone."""
    NOT_ME = "not_me"
    """A change of one that somebody else made, as its buyer says."""
    OTHER = "other"


ALWAYS = frozenset({RequestKind.CANCELLATION, RequestKind.NOT_ME})
"""However many wait: these work, and keep no other one from working."""


class TooManyError(Exception):
    """So many requests of this order wait for an answer that another one would help nobody."""


def create(
    session: Session,
    shop: Shop,
    order: Order,
    *,
    subscription: Subscription | None = None,
    kind: RequestKind,
    text: str,
    reply_to: str,
    mailroom: Mailroom,
    actor: str,
    now: datetime,
) -> BuyerRequest:
    """The shop's notice addresses are told. The same request again, while it waits, is the one that is there.

    `subscription`: what it is about. TooManyError when enough are waiting.
    """
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update(key_share=True))
    waiting = session.scalars(select(BuyerRequest).filter_by(order_id=order.id, answered_at=None)).all()
    subscription_id = subscription.id if subscription else None
    for found in waiting:
        said = (found.subscription_id, found.kind, found.text, found.reply_to)
        if said == (subscription_id, kind, text, reply_to):
            return found
    if kind not in ALWAYS and sum(found.kind not in ALWAYS for found in waiting) >= MOST_OPEN:
        raise TooManyError
    request = write(
        session, order, subscription=subscription, kind=kind, text=text, reply_to=reply_to, actor=actor, now=now
    )
    context = staff_notice.context(mailroom, shop, order_code=order.code, request_id=request.id)
    mailroom.tell_shop(
        session, shop=shop, order=order, message="staff_notice", context=context, about=request.id, now=now
    )
    return request


def write(
    session: Session,
    order: Order,
    *,
    subscription: Subscription | None = None,
    kind: RequestKind,
    text: str,
    reply_to: str,
    actor: str,
    now: datetime,
) -> BuyerRequest:
    """One more, without asking how many wait; nobody is told. `order`: through which the buyer came."""
    request = BuyerRequest(
        id=new_id(),
        shop_id=order.shop_id,
        order_id=order.id,
        subscription_id=subscription.id if subscription else None,
        kind=kind,
        text=text,
        reply_to=reply_to,
        created_at=now,
    )
    session.add(request)
    session.flush()
    audit.record(
        session,
        shop_id=order.shop_id,
        actor=actor,
        action="request.created",
        subject=("request", request.id),
        now=now,
    )
    return request


def reply_address(request: BuyerRequest, order: Order) -> str:
    """Where a mail to the buyer goes: the address given with the request, else the one that the subscription has now,
    else the order's; empty without any. Both are the buyer's, and an order keeps the address it was placed with."""
    of_subscription = request.subscription.email_key if request.subscription else ""
    return emails.normalise(request.reply_to) or of_subscription or order.email_key


def is_reachable(order: Order, subscription: Subscription | None) -> bool:
    """Whether staff can answer a request that gives no address: by mail as `reply_address`, or by phone."""
    return any(one and (one.phone or one.email_key) for one in (subscription, order))


def answer(
    session: Session,
    shop: Shop,
    order: Order,
    request: BuyerRequest,
    text: str,
    *,
    mailroom: Mailroom,
    actor: str,
    now: datetime,
) -> bool:
    """By mail, with the request quoted. False: it was answered or settled before, and nothing is sent."""
    address = reply_address(request, order)
    if not address:
        raise ValueError("no address to answer to")
    if not _close(session, request, text, "request.answered", actor=actor, now=now):
        return False
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message="request_answered",
        recipient=address,
        context=request_answered.context(
            order_code=order.code,
            order_url=mailroom.order_url(shop, order),
            kind=request.kind,
            asked=request.text,
            answer=text,
        ),
        language="ja",
        once_key=f"request_answered:{request.id.hex}",
        now=now,
    )
    return True


def settle(session: Session, request: BuyerRequest, *, actor: str, now: datetime) -> bool:
    """Seen to without a mail: by phone, or there was nothing to answer. False: it was closed before."""
    return _close(session, request, "", "request.settled", actor=actor, now=now)


def _close(session: Session, request: BuyerRequest, text: str, action: str, *, actor: str, now: datetime) -> bool:
    session.refresh(request, with_for_update=True)
    if request.answered_at is not None:
        return False
    request.answered_at = now
    request.answered_by = actor
    request.answer = text
    audit.record(
        session,
        shop_id=request.shop_id,
        actor=actor,
        action=action,
        subject=("request", request.id),
        now=now,
        changes={"answer": ("", text)},
    )
    return True
