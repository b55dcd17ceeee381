"""A shop's own mappings, with a version each, so that a form from before a change overwrites nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.importing.reading.mapping import Kind
from portal.importing.runs.uploads import StaleError
from portal.models import Shop, ShopMapping


class NameTakenError(Exception):
    """Another mapping of this kind has that name."""


def of_shop(session: Session, shop_id: UUID) -> list[ShopMapping]:
    mine = select(ShopMapping).where(ShopMapping.shop_id == shop_id)
    return list(session.scalars(mine.order_by(ShopMapping.kind, ShopMapping.name)))


def create(
    session: Session,
    shop: Shop,
    *,
    kind: Kind,
    name: str,
    based_on: str,
    data: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> ShopMapping:
    """Create a mapping. Raise NameTakenError if the shop has one of this kind with the name."""
    _check_name(session, shop.id, kind, name)
    own = ShopMapping(shop_id=shop.id, kind=kind, name=name, based_on=based_on, data=dict(data), updated_at=now)
    session.add(own)
    session.flush()
    audit.record_about(
        session, own, "mapping.created", {"name": (None, name), **_changes({}, data)}, actor=actor, now=now
    )
    return own


def change(
    session: Session,
    own: ShopMapping,
    *,
    version: int,
    name: str,
    data: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> None:
    """Change a mapping of which the form showed `version`.

    Raise StaleError if someone else changed it since, NameTakenError if another one has the name.
    """
    session.refresh(own, with_for_update=True)
    if own.version != version:
        raise StaleError
    if own.name != name:
        _check_name(session, own.shop_id, own.kind, name)
    changes = {"name": (own.name, name), **_changes(own.data, data)}
    if not any(before != after for before, after in changes.values()):
        return
    own.name, own.data, own.updated_at = name, dict(data), now
    session.flush()
    audit.record_about(session, own, "mapping.updated", changes, actor=actor, now=now)


def remove(session: Session, own: ShopMapping, *, actor: str, now: datetime) -> None:
    """Delete a mapping; what was imported with it keeps a copy of it."""
    audit.record_about(session, own, "mapping.deleted", {"name": (own.name, None)}, actor=actor, now=now)
    session.delete(own)
    session.flush()


def _check_name(session: Session, shop_id: UUID, kind: str, name: str) -> None:
    same = select(ShopMapping.id).where(
        ShopMapping.shop_id == shop_id, ShopMapping.kind == kind, ShopMapping.name == name
    )
    if session.scalar(same):
        raise NameTakenError


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, audit.Change]:
    old, new = before.get("fields", {}), after.get("fields", {})
    changed = {name: (old.get(name), new.get(name)) for name in {*old, *new} if old.get(name) != new.get(name)}
    others = {part: (before.get(part), after.get(part)) for part in ("words", "fixed", "clears", "otherwise")}
    return changed | {part: pair for part, pair in others.items() if pair[0] != pair[1]}
