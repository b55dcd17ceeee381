"""The labels of subscriptions, in the shop's own words. Putting one on makes no open form stale."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Subscription, SubscriptionLabel, SubscriptionLabelling
from portal.models.upsert import insert_if_absent
from portal.subscriptions.record.refusals import Refusal, RefusedError


def of_shop(session: Session, shop_id: UUID) -> list[SubscriptionLabel]:
    return list(session.scalars(select(SubscriptionLabel).filter_by(shop_id=shop_id).order_by(SubscriptionLabel.name)))


def of_subscription(session: Session, subscription: Subscription) -> list[SubscriptionLabel]:
    query = (
        select(SubscriptionLabel)
        .join(SubscriptionLabelling, SubscriptionLabelling.label_id == SubscriptionLabel.id)
        .where(SubscriptionLabelling.subscription_id == subscription.id)
    )
    return list(session.scalars(query.order_by(SubscriptionLabel.name)))


def put(
    session: Session, subscription: Subscription, label_ids: Collection[UUID], *, actor: str, now: datetime
) -> None:
    """Replace the subscription's labels by these. Raise RefusedError if one is not this shop's."""
    known = {label.id: label for label in of_shop(session, subscription.shop_id)}
    if not set(label_ids) <= set(known):
        raise RefusedError(Refusal.LABEL, "labels")
    before = of_subscription(session, subscription)
    gone = [label.id for label in before if label.id not in label_ids]
    session.execute(
        delete(SubscriptionLabelling).where(
            SubscriptionLabelling.subscription_id == subscription.id, SubscriptionLabelling.label_id.in_(gone)
        )
    )
    for label_id in set(label_ids):
        values = {"shop_id": subscription.shop_id, "subscription_id": subscription.id, "label_id": label_id}
        insert_if_absent(session, SubscriptionLabelling, values, ["subscription_id", "label_id"])
    after = of_subscription(session, subscription)
    if before != after:
        audit.record_about(
            session,
            subscription,
            "subscription.labelled",
            {"labels": (_words(before), _words(after))},
            actor=actor,
            now=now,
        )


def _words(labels: Collection[SubscriptionLabel]) -> str:
    return "、".join(label.name for label in labels)
