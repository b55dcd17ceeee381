"""The shop's settings for subscriptions, also where nothing was set yet."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import SubscriptionRules
from portal.models.base import fill_defaults
from portal.models.upsert import insert_if_absent


def of_shop(session: Session, shop_id: UUID) -> SubscriptionRules:
    """The shop's row; one with the defaults, that is not stored, while nothing was set."""
    return session.scalar(select(SubscriptionRules).filter_by(shop_id=shop_id)) or _unset(shop_id)


def locked(session: Session, shop_id: UUID) -> SubscriptionRules:
    """The stored row, nobody else's until the transaction ends; made if there is none."""
    insert_if_absent(session, SubscriptionRules, {"shop_id": shop_id}, ["shop_id"])
    query = select(SubscriptionRules).filter_by(shop_id=shop_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _unset(shop_id: UUID) -> SubscriptionRules:
    rules = SubscriptionRules(shop_id=shop_id)
    fill_defaults(rules)
    return rules
