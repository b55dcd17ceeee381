"""受付: acknowledgments for what buyers did, with number and time, written in the transaction of the change."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import BuyerRequest, Card, ListedAddress, Subscription, SubscriptionChange
from portal.subscriptions.record import history
from portal.subscriptions.rules.allowances import Change
from portal.values.dates import tokyo_date

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters of a acknowledgment's number, without those that are mistaken for each other when read out on the phone."""
SHOWN = 50


class By(audit.By):
    """Who makes a change, in which language, and when: what every verb of a buyer hands on."""

    language: str


def write(
    session: Session,
    subscription: Subscription,
    change: Change,
    *,
    once_id: UUID,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    request: BuyerRequest | None = None,
    **by: Unpack[By],
) -> SubscriptionChange:
    """Write the acknowledgment of a change.

    `before` and `after`: snapshots by `history.snapshot`, or of something else that the acknowledgment is about. `request`:
    given if the change was only requested, for staff to answer.
    """
    now = by["now"]
    acknowledgment = SubscriptionChange(
        id=once_id,
        shop_id=subscription.shop_id,
        subscription_id=subscription.id,
        number=f"{tokyo_date(now):%y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(6))}",
        kind=change,
        outcome="requested" if request else "done",
        facts=differences(session, before, after),
        request_id=request.id if request else None,
        language=by["language"],
        actor=by["actor"],
        at=now,
    )
    session.add(acknowledgment)
    session.flush()
    return acknowledgment


def begin(
    session: Session, subscription: Subscription, once_id: UUID, seen_version: int | None
) -> SubscriptionChange | None:
    """Lock the subscription for a change, and return the acknowledgment if the form was sent before, else None.

    Raise StaleError if the subscription has changed since the form was opened, LookupError like `written`.
    """
    history.lock(session, subscription)
    done = written(session, subscription, once_id)
    if done is None:
        history.compare_version(subscription, seen_version)
    return done


def written(session: Session, subscription: Subscription, once_id: UUID) -> SubscriptionChange | None:
    """Return the acknowledgment if the form was sent before, else None. Raise LookupError if it is another subscription's."""
    found = session.get(SubscriptionChange, once_id)
    if found is not None and found.subscription_id != subscription.id:
        raise LookupError("the change belongs to another subscription")
    return found


def of_subscription(session: Session, subscription: Subscription) -> Sequence[SubscriptionChange]:
    """Return the subscription's last acknowledgments, SHOWN at most, newest first."""
    mine = select(SubscriptionChange).filter_by(subscription_id=subscription.id)
    return session.scalars(mine.order_by(SubscriptionChange.at.desc(), SubscriptionChange.id.desc()).limit(SHOWN)).all()


def find(session: Session, shop_id: UUID, typed: str) -> SubscriptionChange | None:
    """Find a acknowledgment by its number, written down from the phone: lower case, full width and spaces do not matter."""
    number = "".join(unicodedata.normalize("NFKC", typed).upper().split())
    return session.scalar(select(SubscriptionChange).filter_by(shop_id=shop_id, number=number))


def differences(session: Session, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs, as column → [before, after].

    The card and the address entry are added in words: the rows that their ids stand for may go away or change.
    """
    facts = {name: [_plain(before[name]), _plain(after[name])] for name in after if before[name] != after[name]}
    for name, (column, words) in _WORDS.items():
        if column in facts:
            facts[name] = [words(session, snapshot[column]) for snapshot in (before, after)]
    return facts


def card_words(session: Session, card_id: UUID | None) -> str:
    card = session.get(Card, card_id) if card_id else None
    return f"{card.brand} •••• {card.last4}" if card else ""


def listed_address_words(session: Session, address_id: UUID | None) -> str:
    listed = session.get(ListedAddress, address_id) if address_id else None
    return f"{listed.prefecture}{listed.address} {listed.recipient_name}" if listed else ""


_WORDS: Mapping[str, tuple[str, Callable[[Session, UUID | None], str]]] = {
    "card": ("card_id", card_words),
    "listed_address": ("listed_address_id", listed_address_words),
}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
