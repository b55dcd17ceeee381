"""Counts: from the orders there are, and what making one does to its subscription."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from portal.models import Subscription, subscription_counts


def recount(session: Session, subscription: Subscription) -> None:
    """Orders made and purchases, from the orders that refer to it; no form becomes stale by it."""
    session.flush()
    subscription_counts.recount(session, [subscription.id])
    session.refresh(subscription, ["orders_made", "purchase_count"])


def recount_many(session: Session, subscription_ids: Collection[UUID]) -> None:
    """After orders were written in bulk; objects of the session are to be refreshed."""
    if subscription_ids:
        session.flush()
        subscription_counts.recount(session, subscription_ids)
