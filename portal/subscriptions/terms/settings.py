"""Changing a shop's settings for its subscriptions: all of a form or nothing, and never over somebody else's change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Meanwhile
from portal.models import Shop, Subscription, SubscriptionRules
from portal.orders.turns import lock_shop
from portal.subscriptions.record import shop_rules
from portal.subscriptions.rules.problems import Problem
from portal.subscriptions.rules.settings import RULES, SETTINGS, Facts
from portal.values.settings import Weighed
from portal.values.states import SubscriptionState

CHANGED = "subscription_rules.changed"


@dataclass(frozen=True)
class Saved:
    fields: frozenset[str]
    """Fields that changed; empty if all values were the same already."""


@dataclass(frozen=True)
class Refused:
    problems: Mapping[str, Problem]


@dataclass(frozen=True)
class Stale:
    fields: Mapping[str, Meanwhile | None]
    """Fields that would be overwritten → who changed them; None if the number was counted up by itself."""


def settings_of(row: SubscriptionRules) -> dict[str, Any]:
    return {field: getattr(row, field) for field in SETTINGS}


def count_active(session: Session, shop: Shop) -> int:
    mine = select(func.count()).select_from(Subscription).where(Subscription.shop_id == shop.id)
    active = Subscription.state == SubscriptionState.ACTIVE
    return session.scalar(mine.where(active, Subscription.deleted_at.is_(None))) or 0


def weigh(row: SubscriptionRules, changes: Mapping[str, Any], facts: Facts) -> Weighed[Problem]:
    """Check the form without changing anything. Raise KeyError if a setting does not exist."""
    return RULES.weigh(settings_of(row), changes, facts)


def change_settings(
    session: Session,
    shop: Shop,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: str,
    now: datetime,
    last_number_shown: int | None = None,
) -> Saved | Refused | Stale:
    """Save the form and return Saved, or change nothing and return what is wrong (Refused) or overtaken (Stale).

    `version`: that of the settings when the form was opened; `last_number_shown`: the number that it showed. Fields
    that are not in `changes` stay. Raise KeyError if a setting does not exist.
    """
    lock_shop(session, shop.id)
    row = shop_rules.locked(session, shop.id)
    weighed = weigh(row, changes, Facts(active=count_active(session, shop)))
    stale = _overtaken(session, row, weighed.changed, version, last_number_shown)
    if stale:
        return Stale(stale)
    if weighed.problems:
        return Refused(weighed.problems)
    if weighed.changed:
        _put(session, row, weighed.changed, actor=actor, now=now)
    return Saved(frozenset(weighed.changed))


def _overtaken(
    session: Session, row: SubscriptionRules, changed: Mapping[str, Any], version: int, last_number_shown: int | None
) -> dict[str, Meanwhile | None]:
    subject = ("subscription_rules", row.shop_id)
    quicker = audit.changed_since(session, row.shop_id, action=CHANGED, subject=subject, versions=row.version - version)
    stale: dict[str, Meanwhile | None] = {field: by for field, by in quicker.items() if field in changed}
    moved_on = last_number_shown is not None and row.last_number != last_number_shown
    if moved_on and "last_number" in changed:
        stale.setdefault("last_number", None)
    return stale


def _put(session: Session, row: SubscriptionRules, changed: Mapping[str, Any], *, actor: str, now: datetime) -> None:
    before = settings_of(row)
    for field, value in changed.items():
        setattr(row, field, value)
    row.version += 1
    audit.record(
        session,
        shop_id=row.shop_id,
        actor=actor,
        action=CHANGED,
        subject=("subscription_rules", row.shop_id),
        now=now,
        changes={field: (audit.as_lines(before[field]), audit.as_lines(value)) for field, value in changed.items()},
    )
