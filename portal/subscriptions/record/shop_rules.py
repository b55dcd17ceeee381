"""The shop's settings for subscriptions, with defaults while nothing is set."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import SubscriptionRules
from portal.models.base import fill_defaults
from portal.models.upsert import insert_if_absent


def of_shop(session: Session, shop_id: UUID) -> SubscriptionRules:
    """Return the shop's row, or an unstored one with the defaults while nothing is set."""
    return session.scalar(select(SubscriptionRules).filter_by(shop_id=shop_id)) or _unset(shop_id)


def locked(session: Session, shop_id: UUID) -> SubscriptionRules:
    """Return the stored row, locked until the transaction ends. Insert it if there is none."""
    insert_if_absent(session, SubscriptionRules, {"shop_id": shop_id}, ["shop_id"])
    query = select(SubscriptionRules).filter_by(shop_id=shop_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def choose_gateway(session: Session, shop_id: UUID, gateway: str, *, actor: str, now: datetime) -> bool:
    """Choose the company with which new cards are registered and wallets asked, and return whether it has changed.

    Existing cards stay with their company.
    """
    of_this = locked(session, shop_id)
    before = of_this.gateway
    if before == gateway:
        return False
    of_this.gateway, of_this.version = gateway, of_this.version + 1
    audit.record(
        session,
        shop_id=shop_id,
        actor=actor,
        action="subscription_rules.changed",
        subject=("subscription_rules", shop_id),
        now=now,
        changes={"gateway": (before, gateway)},
    )
    return True


def _unset(shop_id: UUID) -> SubscriptionRules:
    rules = SubscriptionRules(shop_id=shop_id)
    fill_defaults(rules)
    return rules
