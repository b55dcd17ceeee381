"""Adding, renaming and deleting the labels of a shop. `labels` puts them on subscriptions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Shop, Subscription, SubscriptionLabel, SubscriptionLabelling
from portal.orders.turns import lock_shop
from portal.subscriptions.rules.list_rules import ListError, ListProblem, check_count, check_name

LONGEST = 40
MOST = 200


@dataclass(frozen=True)
class Used:
    label: SubscriptionLabel
    subscriptions: int
    """Number of subscriptions with the label, without deleted ones."""


def labels_of(session: Session, shop: Shop) -> list[Used]:
    """Return the labels by name, with the number of subscriptions of each."""
    carried = (
        select(SubscriptionLabelling.label_id, func.count().label("count"))
        .join(Subscription, Subscription.id == SubscriptionLabelling.subscription_id)
        .where(SubscriptionLabelling.shop_id == shop.id, Subscription.deleted_at.is_(None))
        .group_by(SubscriptionLabelling.label_id)
        .subquery()
    )
    rows = session.execute(
        select(SubscriptionLabel, func.coalesce(carried.c.count, 0))
        .outerjoin(carried, carried.c.label_id == SubscriptionLabel.id)
        .where(SubscriptionLabel.shop_id == shop.id)
        .order_by(SubscriptionLabel.name)
    )
    return [Used(label, count) for label, count in rows]


def add_label(session: Session, shop: Shop, name: str, *, actor: str, now: datetime) -> SubscriptionLabel:
    """Add a label. Raise ListError if the name is not allowed or there are too many labels."""
    lock_shop(session, shop.id)
    names = _names(session, shop)
    check_name(name, names, longest=LONGEST)
    check_count(len(names), most=MOST)
    label = SubscriptionLabel(shop_id=shop.id, name=name, created_at=now)
    session.add(label)
    session.flush()
    audit.record_about(session, label, "subscription_label.added", {"label_name": (None, name)}, actor=actor, now=now)
    return label


def rename_label(
    session: Session, shop: Shop, label: SubscriptionLabel, name: str, *, shown: str, actor: str, now: datetime
) -> None:
    """Rename the label. `shown`: the name that the form showed.

    Raise ListError if the new name is not allowed, or if the label was renamed since the form was opened.
    """
    lock_shop(session, shop.id)
    session.refresh(label)
    if name == label.name:
        return
    if shown != label.name:
        raise ListError(ListProblem.STALE)
    check_name(name, [one for one in _names(session, shop) if one != label.name], longest=LONGEST)
    before, label.name = label.name, name
    audit.record_about(
        session, label, "subscription_label.renamed", {"label_name": (before, name)}, actor=actor, now=now
    )


def delete_label(
    session: Session, shop: Shop, label: SubscriptionLabel, *, shown: str, actor: str, now: datetime
) -> int:
    """Delete the label and return from how many subscriptions it was taken. `shown`: the name that the form showed.

    Raise ListError if the label was renamed since the form was opened.
    """
    lock_shop(session, shop.id)
    # Whoever puts the label on a subscription meanwhile must wait, and then finds it deleted.
    session.refresh(label, with_for_update=True)
    if shown != label.name:
        raise ListError(ListProblem.STALE)
    taken = session.execute(delete(SubscriptionLabelling).where(SubscriptionLabelling.label_id == label.id))
    count: int = taken.rowcount  # type: ignore[attr-defined]
    audit.record_about(
        session,
        label,
        "subscription_label.deleted",
        {"label_name": (label.name, None), "subscriptions": (count, 0)},
        actor=actor,
        now=now,
    )
    session.delete(label)
    session.flush()
    return count


def _names(session: Session, shop: Shop) -> list[str]:
    return list(session.scalars(select(SubscriptionLabel.name).where(SubscriptionLabel.shop_id == shop.id)))
