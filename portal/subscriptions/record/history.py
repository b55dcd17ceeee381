"""What every verb does around its change: lock the row, compare versions, write the differences to the audit trail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import inspect
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.attributes import flag_modified

from portal import audit
from portal.models import Subscription, SubscriptionItem
from portal.subscriptions.record.refusals import Refusal, RefusedError, StaleError
from portal.subscriptions.rules import states
from portal.values.dates import tokyo_date

_KEPT = frozenset({"id", "shop_id", "search_keys", "content_digest", "created_at", "updated_at", "version"})
"""Bookkeeping columns, which say nothing about the subscription and stay out of the audit trail."""


def take(session: Session, subscription: Subscription) -> None:
    """Lock the row until the transaction ends and read it as it is now; a row that is held already is not read again.

    Others can still write orders that refer to it. On SQLite the transaction's write lock does the same.
    """
    # Reading the row anew would drop what is not written yet.
    session.flush()
    key = inspect(subscription).identity
    if key in _held(session):
        return
    session.refresh(subscription, with_for_update={"key_share": True})
    holder = session.get_nested_transaction() or session.get_transaction()
    if holder is not None:
        _TAKEN.setdefault(holder, set()).add(key)


_TAKEN: WeakKeyDictionary[SessionTransaction, set[Any]] = WeakKeyDictionary()
"""Keys of the subscriptions that a transaction, or a savepoint in it, has locked."""


def _held(session: Session) -> set[Any]:
    transaction = session.get_nested_transaction() or session.get_transaction()
    held: set[Any] = set()
    while transaction is not None:
        held |= _TAKEN.get(transaction, set())
        transaction = transaction.parent
    return held


def lock(session: Session, subscription: Subscription) -> None:
    """Lock the row as `take` does. Raise RefusedError if the subscription is deleted."""
    take(session, subscription)
    if subscription.deleted_at is not None:
        raise RefusedError(Refusal.DELETED)


def compare_version(subscription: Subscription, seen_version: int | None) -> None:
    """Raise StaleError if the subscription was changed since the form was made.

    `seen_version`: version of the form; None if nobody has looked at the subscription before.
    """
    if seen_version is not None and subscription.version != seen_version:
        raise StaleError(subscription)


def refuse_locked(subscription: Subscription, now: datetime) -> None:
    if states.is_locked(subscription.state, subscription.next_creation_on, tokyo_date(now)):
        raise RefusedError(Refusal.LOCKED)


def snapshot(subscription: Subscription) -> dict[str, Any]:
    """Return the columns and items as the audit trail shows them."""
    columns = inspect(Subscription).column_attrs
    values = {column.key: getattr(subscription, column.key) for column in columns if column.key not in _KEPT}
    return values | {"items": "\n".join(map(item_text, subscription.items))}


def item_text(item: SubscriptionItem) -> str:
    parts = [item.product_code, item.name, f"{item.quantity} × {item.first_price}/{item.later_price}円"]
    parts += [f"{item.tax_rate}%"] if item.tax_rate is not None else []
    parts += [f"remaining {item.remaining}"] if item.remaining is not None else []
    parts += [f"commitment {item.commitment_count}"] if item.commitment_count else []
    parts += ["gift"] if item.bundled_gift else []
    parts += [" → ".join(item.cycles)] if item.cycles else []
    return " | ".join(part for part in parts if part)


def record(
    session: Session,
    subscription: Subscription,
    verb: str,
    before: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    more: Mapping[str, audit.Change] | None = None,
) -> None:
    """Write an audit entry with the differences from `before`, and flush.

    The version goes up even if only items, labels or answers (`more`) are different.
    """
    subscription.updated_at = now
    flag_modified(subscription, "updated_at")
    after = snapshot(subscription)
    audit.record_about(
        session,
        subscription,
        f"subscription.{verb}",
        {key: (before[key], after[key]) for key in after} | dict(more or {}),
        actor=actor,
        now=now,
    )


def days_since(instant: datetime | None, today: date) -> int | None:
    """Return the days in Tokyo since a suspension, cancellation or deletion, or None if there was none."""
    return None if instant is None else (today - tokyo_date(instant)).days
