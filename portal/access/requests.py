"""Requests of buyers to the shop's staff, for what buyers cannot do alone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import BuyerRequest, Order, Shop, Subscription
from portal.models.base import new_id
from portal.notifications import request_answered, request_received, staff_notice
from portal.notifications.outbox import Mailroom
from portal.notifications.switches import is_told
from portal.values import emails

MOST_OPEN = 5


class RequestKind(StrEnum):
    NO_EMAIL = "no_email"
    """Request of a buyer who cannot pass the second step: no e-mail address, or no access to its mail."""
    RECEIPT = "receipt"
    DETAILS = "details"
    """Request to correct address, name or phone."""
    DELIVERY = "delivery"
    """Question about a parcel: a trouble on its way, one that was sent back, an order on hold."""
    PAYMENT = "payment"
    CANCELLATION = "cancellation"
    """Cancellation of a subscription that cannot take effect at once; it counts from the time of the request."""
    SUBSCRIPTION = "subscription"
    """Change of a subscription that its buyer cannot make alone."""
    NOT_ME = "not_me"
    """Report that somebody else made a change of a subscription."""
    OTHER = "other"


ALWAYS = frozenset({RequestKind.CANCELLATION, RequestKind.NOT_ME})
"""Kinds that are accepted however many wait, and that do not count for others."""


class TooManyError(Exception):
    """Raised if MOST_OPEN requests of the order already wait for an answer."""


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
    language: str = "ja",
) -> BuyerRequest:
    """Create a request and notify the shop's notice addresses. If the same request waits already, return that.

    `subscription`: the one that it is about. The buyer gets a mail in `language` if the shop has turned it on. Raise
    TooManyError if enough are waiting.
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
    if kind not in ALWAYS and is_told(shop, "request_received", now):
        _tell_received(session, shop, order, request, mailroom=mailroom, language=language, now=now)
    return request


def _tell_received(
    session: Session,
    shop: Shop,
    order: Order,
    request: BuyerRequest,
    *,
    mailroom: Mailroom,
    language: str,
    now: datetime,
) -> None:
    """Write to the buyer's known address, never to one that was typed with the request: that may be anybody's."""
    address = (request.subscription.email_key if request.subscription else "") or order.email_key
    if not address:
        return
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message="request_received",
        recipient=address,
        context=request_received.context(
            order_url=mailroom.order_url(shop, order), kind=request.kind, received_at=request.created_at
        ),
        language=language,
        once_key=request_received.once_key(request.id),
        now=now,
    )


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
    """Write a request, however many wait, and notify nobody. `order`: the one by which the buyer signed in."""
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
    audit.record_about(session, request, "request.created", actor=actor, now=now)
    return request


def reply_address(request: BuyerRequest, order: Order) -> str:
    """Return the address for an answer: the request's, else the subscription's, else the order's, else "".

    The subscription's is tried first because it is up to date: an order keeps the address that it was placed with.
    """
    of_subscription = request.subscription.email_key if request.subscription else ""
    return emails.normalise(request.reply_to) or of_subscription or order.email_key


def is_reachable(order: Order, subscription: Subscription | None) -> bool:
    """Tell whether staff can answer a request that gives no address, by mail or by phone."""
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
    """Answer by mail, with the request quoted. Return False, and send nothing, if it was answered or settled before.

    Raise ValueError if there is no address.
    """
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


def resolve(session: Session, request: BuyerRequest, *, actor: str, now: datetime) -> bool:
    """Settle a request without a mail: by phone, or if it needs no answer. Return False if it was closed before."""
    return _close(session, request, "", "request.settled", actor=actor, now=now)


def withdraw(session: Session, request: BuyerRequest, *, actor: str, now: datetime) -> bool:
    """Take a request back for its buyer; return False, and change nothing, if it was closed before."""
    if not _close(session, request, "", "request.withdrawn", actor=actor, now=now):
        return False
    request.withdrawn_at = now
    return True


def _close(session: Session, request: BuyerRequest, text: str, action: str, *, actor: str, now: datetime) -> bool:
    session.refresh(request, with_for_update=True)
    if request.answered_at is not None:
        return False
    request.answered_at = now
    request.answered_by = actor
    request.answer = text
    audit.record_about(session, request, action, {"answer": ("", text)}, actor=actor, now=now)
    return True
