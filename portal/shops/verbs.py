"""Changing a shop's settings: all of a form or nothing, and never over what somebody else has changed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Meanwhile
from portal.models import Shop
from portal.orders.turns import lock_shop
from portal.shipments import carrier_words
from portal.shops.rules.checks import Facts
from portal.shops.rules.problems import Problem
from portal.shops.rules.settings import RULES, SETTINGS
from portal.values.dates import tokyo_date
from portal.values.settings import Weighed

CHANGED = "shop.settings_changed"
RATES = frozenset({"default_tax_rate", "fee_tax_rate"})


@dataclass(frozen=True)
class Saved:
    fields: frozenset[str]
    """Fields that changed, empty if everything was like this already."""


@dataclass(frozen=True)
class Refused:
    problems: Mapping[str, Problem]


@dataclass(frozen=True)
class Stale:
    fields: Mapping[str, Meanwhile]
    """Field that would be overwritten → who changed it, and when."""


def weigh(shop: Shop, changes: Mapping[str, Any], facts: Facts) -> Weighed[Problem]:
    """Tell what the changes would do, without changing anything. Raise KeyError if there is no such setting."""
    return RULES.weigh(settings_of(shop), changes, facts)


def settings_of(shop: Shop) -> dict[str, Any]:
    return {field: getattr(shop, field) for field in SETTINGS}


def change_settings(
    session: Session,
    shop: Shop,
    changes: Mapping[str, Any],
    version: int,
    actor: str,
    now: datetime,
    *,
    actor_has_app: bool = False,
    double_confirmed: bool = False,
) -> Saved | Refused | Stale:
    """Change settings. A field that is not in `changes` stays; unless the answer is Saved, all stay.

    `version` is the shop's `settings_version` when the form was opened. Raise KeyError if there is no such setting.
    """
    lock_shop(session, shop.id)
    session.refresh(shop)
    weighed = weigh(shop, changes, Facts(tokyo_date(now), actor_has_app, double_confirmed))
    changed = weighed.changed
    quicker = audit.changed_since(
        session, shop.id, action=CHANGED, subject=("shop", shop.id), versions=shop.settings_version - version
    )
    meanwhile = {field: by for field, by in quicker.items() if field in changed}
    if meanwhile:
        return Stale(meanwhile)
    if weighed.problems:
        return Refused(weighed.problems)
    if changed:
        _put(session, shop, changed, actor=actor, now=now)
    return Saved(frozenset(changed))


def _put(session: Session, shop: Shop, changed: Mapping[str, Any], *, actor: str, now: datetime) -> None:
    before = settings_of(shop)
    for field, value in changed.items():
        setattr(shop, field, value)
    shop.settings_version += 1
    if changed.keys() & RATES:
        shop.rates_said_at = now
    if "carrier_words" in changed:
        carrier_words.read_again(session, shop.id, before["carrier_words"], shop.carrier_words, now=now)
    audit.record(
        session,
        shop_id=shop.id,
        actor=actor,
        action=CHANGED,
        subject=("shop", shop.id),
        now=now,
        changes={field: (audit.as_lines(before[field]), audit.as_lines(value)) for field, value in changed.items()},
    )
