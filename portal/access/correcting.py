"""Correction of a buyer's name, phone or e-mail address by staff; with a wrong one the buyer cannot sign in."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.access import sessions
from portal.models import Order, Shop
from portal.orders import changes as order_changes
from portal.values import emails


@dataclass(frozen=True)
class Buyer:
    buyer_name: str
    buyer_kana: str
    phone: str
    email: str


def correct_buyer(session: Session, shop: Shop, order: Order, buyer: Buyer, *, actor: str, now: datetime) -> bool:
    """Correct the columns, protect them from imports, and return whether anything changed.

    If the e-mail address changes, end all sessions of the order: the old address was somebody else's.
    """
    said = asdict(buyer) | {"email_key": emails.normalise(buyer.email)}
    changes = {column: (getattr(order, column), value) for column, value in said.items()}
    changes = {column: pair for column, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return False
    if "email_key" in changes:
        # Before the change, so that sessions that proved the old address end too.
        sessions.end_all(session, shop, order=order, actor=actor, now=now)
    for column, (_before, after) in changes.items():
        setattr(order, column, after)
    order.set_by_staff = sorted({*order.set_by_staff, *changes})
    order_changes.record(session, order, "order.buyer_corrected", changes, actor=actor, now=now)
    return True
