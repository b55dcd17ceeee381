"""Subscriptions as a table in the columns of their import: a row per item, with the subscription's cells repeated.

Importing the file again changes nothing. It uses the import's words instead of codes, so that people can read it too.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from portal.importing.reading.mapping import preset_data
from portal.importing.runs.editing_fields import SUBSCRIPTION_FIELDS
from portal.models import (
    Export,
    ListedAddress,
    Subscription,
    SubscriptionItem,
    SubscriptionLabel,
    SubscriptionLabelling,
)
from portal.shipments.rules.carriers import carrier
from portal.subscriptions.overview.search import By, Filters, Search, parse
from portal.subscriptions.record.facts import address_of
from portal.subscriptions.schedule.cycles import CycleKind
from portal.values.dates import TOKYO
from portal.values.states import SubscriptionState

_PRESET = preset_data("subscriptions", "generic")
FIELDS = tuple(field for field in SUBSCRIPTION_FIELDS if field in _PRESET["fields"])
HEADER = tuple(headers if isinstance(headers := _PRESET["fields"][field], str) else headers[0] for field in FIELDS)
_OF_ITEM = (
    *("product_code", "name", "quantity", "first_price", "later_price", "tax_rate", "remaining"),
    *("commitment_count", "bundled_gift", "item_cycles"),
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    field: {meaning: word for word, meaning in reversed(list(words.items()))}
    for field, words in _PRESET["words"].items()
}
"""Word for each stored value: the first one that the import reads."""
DAY = "%Y/%m/%d"
Cell = str | int | None


def question(text: str, filters: Filters) -> dict[str, Any]:
    """Return the list's search and filters, to be stored with the export."""
    return {
        "q": text,
        "states": sorted(filters.states),
        "deleted": filters.deleted,
        "attention": filters.attention,
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "kinds": sorted(filters.kinds),
        "payment": filters.payment,
        "lapsed_on": filters.lapsed_on.isoformat() if filters.lapsed_on else None,
        "label_id": filters.label_id.hex if filters.label_id else None,
        "by": filters.by.value,
    }


def total(session: Session, export: Export) -> int:
    rows = _asked(session, export, SubscriptionItem.id)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def chunk(session: Session, export: Export, limit: int) -> tuple[list[list[Cell]], str]:
    """Return the next rows, one per item; a subscription may begin in one part of the file and end in the next."""
    place = (Subscription.id, SubscriptionItem.position)
    query = _asked(session, export, *place).order_by(*place).limit(limit)
    if export.cursor:
        after_id, _, position = export.cursor.partition(" ")
        query = query.where(tuple_(*place) > (UUID(after_id), int(position)))
    places = session.execute(query).all()
    ids = {subscription_id for subscription_id, _ in places}
    loaded = select(Subscription).where(Subscription.id.in_(ids)).options(selectinload(Subscription.items))
    found = {row.id: row for row in session.scalars(loaded)}
    labels = _labels(session, ids)
    rows = []
    for subscription_id, position in places:
        subscription = found[subscription_id]
        item = next(item for item in subscription.items if item.position == position)
        rows.append(_row(session, subscription, item, labels.get(subscription_id, "")))
    return rows, f"{places[-1][0]} {places[-1][1]}" if places else export.cursor


def _asked(session: Session, export: Export, *columns: Any) -> Any:
    asked = export.question
    filters = Filters(
        states=frozenset(map(SubscriptionState, asked["states"])),
        deleted=asked["deleted"],
        attention=asked["attention"],
        since=date.fromisoformat(asked["since"]) if asked["since"] else None,
        until=date.fromisoformat(asked["until"]) if asked["until"] else None,
        kinds=frozenset(map(CycleKind, asked["kinds"])),
        payment=asked["payment"],
        lapsed_on=date.fromisoformat(asked["lapsed_on"]) if asked.get("lapsed_on") else None,
        label_id=UUID(asked["label_id"]) if asked["label_id"] else None,
        by=By(asked["by"]),
    )
    found = Search(session, export.shop_id, parse(asked["q"]), filters).matching(*columns)
    return found.select_from(Subscription).join(SubscriptionItem, SubscriptionItem.subscription_id == Subscription.id)


def _labels(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    query = (
        select(SubscriptionLabelling.subscription_id, SubscriptionLabel.name)
        .join(SubscriptionLabel, SubscriptionLabel.id == SubscriptionLabelling.label_id)
        .where(SubscriptionLabelling.subscription_id.in_(ids))
        .order_by(SubscriptionLabel.name)
    )
    found: dict[UUID, list[str]] = {}
    for subscription_id, name in session.execute(query):
        found.setdefault(subscription_id, []).append(name)
    return {subscription_id: "、".join(names) for subscription_id, names in found.items()}


def _row(session: Session, subscription: Subscription, item: SubscriptionItem, labels: str) -> list[Cell]:
    own: dict[str, Any] = {"labels": labels, "item_cycles": " → ".join(item.cycles)}
    if subscription.delivery_to != "buyer":
        to = address_of(session, subscription)
        names = ("name", "kana", "phone", "postcode", "prefecture", "address")
        own |= {f"recipient_{name}": getattr(to, name) for name in names}
    if subscription.delivery_to == "listed" and (listed := _listed(session, subscription)):
        own["recipient_label"] = listed
    return [_cell(field, own[field] if field in own else _value(field, subscription, item)) for field in FIELDS]


def _listed(session: Session, subscription: Subscription) -> str:
    listed = session.get(ListedAddress, subscription.listed_address_id)
    return listed.label if listed else ""


def _value(field: str, subscription: Subscription, item: SubscriptionItem) -> Any:
    if field in _SPECIAL:
        return _SPECIAL[field](subscription)
    return getattr(item if field in _OF_ITEM else subscription, field)


def _stopped_at(subscription: Subscription) -> datetime | None:
    return subscription.suspended_at or subscription.canceled_at or subscription.finished_at


_SPECIAL: Mapping[str, Callable[[Subscription], Any]] = {
    "attention": lambda subscription: subscription.needs_attention,
    "stopped_at": _stopped_at,
    "recipient_label": lambda _: "",
    "carrier": lambda subscription: carrier(subscription.carrier).name if subscription.carrier else "",
    **{f"recipient_{name}": (lambda _: "") for name in ("name", "kana", "phone", "postcode", "prefecture", "address")},
}


def _cell(field: str, value: Any) -> Cell:
    if field in _WORDS:
        return _WORDS[field].get(str(value), str(value))
    match value:
        case bool():
            return "○" if value else "×"
        case datetime():
            return f"{value.astimezone(TOKYO):{DAY} %H:%M:%S}"
        case date():
            return f"{value:{DAY}}"
        case _:
            return value  # type: ignore[no-any-return]
