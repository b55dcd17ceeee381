"""What a buyer cannot do alone and asks the shop's staff for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import BuyerRequest, Order
from portal.models.base import new_id

MOST_OPEN = 5


class RequestKind(StrEnum):
    NO_EMAIL = "no_email"
    """The second step cannot be taken: the order has no e-mail address, or its buyer cannot read mail there."""
    RECEIPT = "receipt"
    DETAILS = "details"
    """Address, name or phone are to be corrected."""
    OTHER = "other"


class TooManyError(Exception):
    """So many requests of this order wait for an answer that another one would help nobody."""


def create(
    session: Session, order: Order, *, kind: RequestKind, text: str, reply_to: str, actor: str, now: datetime
) -> BuyerRequest:
    """The same request again, while it waits, is the one that is there. TooManyError when enough are waiting."""
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update(key_share=True))
    waiting = session.scalars(select(BuyerRequest).filter_by(order_id=order.id, answered_at=None)).all()
    for found in waiting:
        if (found.kind, found.text, found.reply_to) == (kind, text, reply_to):
            return found
    if len(waiting) >= MOST_OPEN:
        raise TooManyError
    request = BuyerRequest(
        id=new_id(),
        shop_id=order.shop_id,
        order_id=order.id,
        kind=kind,
        text=text,
        reply_to=reply_to,
        created_at=now,
    )
    session.add(request)
    audit.record(
        session,
        shop_id=order.shop_id,
        actor=actor,
        action="request.created",
        subject=("request", request.id),
        now=now,
    )
    return request
