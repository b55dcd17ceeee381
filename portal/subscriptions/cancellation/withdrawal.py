"""取り下げ: the buyer takes back a request to cancel, by the link in the mail that has told of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import requests
from portal.models import BuyerRequest, Shop, SubscriptionChange
from portal.notifications.outbox import Mailroom
from portal.subscriptions.cancellation import by_buyer
from portal.subscriptions.changes.disowning import BY_MAIL


def request_of(session: Session, receipt: SubscriptionChange) -> BuyerRequest | None:
    """Return the request that the receipt is of, or None if the cancellation took effect at once."""
    return session.get(BuyerRequest, receipt.request_id) if receipt.request_id else None


def receipt_of_link(session: Session, shop: Shop, change_id: UUID | None) -> SubscriptionChange | None:
    """Return the receipt of the request that a signed id names, or None."""
    found = session.get(SubscriptionChange, change_id) if change_id else None
    is_request = found is not None and by_buyer.FROZEN in found.facts and found.request_id is not None
    return found if is_request and found is not None and found.shop_id == shop.id else None


def withdraw(session: Session, receipt: SubscriptionChange, *, actor: str = BY_MAIL, now: datetime) -> bool:
    """Take the request back, so that the subscription goes on and staff have nothing left to do.

    Return False, and change nothing, if staff have closed it or the buyer has taken it back before.
    """
    request = request_of(session, receipt)
    return request is not None and requests.withdraw(session, request, actor=actor, now=now)


def withdrawal_url(mailroom: Mailroom, shop: Shop, receipt: SubscriptionChange) -> str:
    """Return the link for the buyer's mail, empty if nothing waits for staff."""
    if receipt.request_id is None:
        return ""
    return f"{mailroom.public_url}/{shop.slug}/withdraw/{mailroom.links.sign_withdrawal(shop.id, receipt.id)}"
