"""Adding, changing, ordering and retiring the items that a shop offers for subscriptions.

Subscriptions hold copies of their items, so nothing here ever changes a subscription.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import OfferedItem, Shop
from portal.orders.turns import lock_shop
from portal.subscriptions.record.items import LONGEST_CODE, LONGEST_NAME, MOST_YEN
from portal.subscriptions.rules.list_rules import ListError, ListProblem, check_count
from portal.subscriptions.terms import places
from portal.values.records import read_off

MOST = 200


class Problem(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TAKEN = "taken"
    """Another item on offer has this product code."""
    NUMBER = "number"
    """No number, or outside its bounds."""


@dataclass(frozen=True)
class Offer:
    """Columns of `OfferedItem` that staff type; None if no number was typed."""

    product_code: str
    name: str
    price: int | None
    tax_rate: int | None
    """Tax rate in percent; None for the shop's usual rate."""


class OfferError(ValueError):
    """Refusal of an offer; nothing was changed. `problems`: column → what is wrong with it."""

    def __init__(self, found: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(found))
        self.problems = found


def problems(offer: Offer, taken: Collection[str] = ()) -> dict[str, Problem]:
    """Return column → what is wrong with the offer. `taken`: the product codes of all other items."""
    found: dict[str, Problem] = {}
    for column, text, longest in (
        ("product_code", offer.product_code, LONGEST_CODE),
        ("name", offer.name, LONGEST_NAME),
    ):
        if not text:
            found[column] = Problem.EMPTY
        elif len(text) > longest:
            found[column] = Problem.TOO_LONG
    if offer.product_code in taken:
        found["product_code"] = Problem.TAKEN
    if offer.price is None or not 0 <= offer.price <= MOST_YEN:
        found["price"] = Problem.NUMBER
    if not 0 <= (offer.tax_rate or 0) <= 100:
        found["tax_rate"] = Problem.NUMBER
    return found


def of_shop(session: Session, shop_id: UUID) -> list[OfferedItem]:
    """Return the shop's items in the order in which they are offered."""
    mine = select(OfferedItem).filter_by(shop_id=shop_id)
    return list(session.scalars(mine.order_by(OfferedItem.position, OfferedItem.id)))


def add(session: Session, shop: Shop, offer: Offer, *, actor: str, now: datetime) -> OfferedItem:
    """Add an item at the end. Raise OfferError if the offer has problems, ListError if there are too many items."""
    lock_shop(session, shop.id)
    standing = of_shop(session, shop.id)
    _check(offer, standing)
    check_count(len(standing), most=MOST)
    item = OfferedItem(shop_id=shop.id, position=places.after(standing), **asdict(offer))
    session.add(item)
    session.flush()
    changes: dict[str, audit.Change] = {name: (None, value) for name, value in _told(offer).items()}
    audit.record_about(session, item, "offered_item.added", changes, actor=actor, now=now)
    return item


def change(
    session: Session, shop: Shop, item_id: UUID, offer: Offer, *, version: int, actor: str, now: datetime
) -> None:
    """Change the item. Raise OfferError if the offer has problems.

    Raise ListError if the item was changed or retired since the form was opened.
    """
    lock_shop(session, shop.id)
    standing = of_shop(session, shop.id)
    item = _there(standing, item_id)
    before = offer_of(item)
    if before == offer:
        return
    _compare(item, version)
    _check(offer, [one for one in standing if one is not item])
    for name, value in asdict(offer).items():
        setattr(item, name, value)
    old, new = _told(before), _told(offer)
    changes: dict[str, audit.Change] = {name: (old[name], new[name]) for name in old}
    audit.record_about(session, item, "offered_item.changed", changes, actor=actor, now=now)


def retire(session: Session, shop: Shop, item_id: UUID, *, version: int, actor: str, now: datetime) -> str:
    """Take the item off the offer and return its name. Raise ListError as `change` does.

    Subscriptions keep their copies.
    """
    lock_shop(session, shop.id)
    item = _there(of_shop(session, shop.id), item_id)
    _compare(item, version)
    changes: dict[str, audit.Change] = {name: (value, None) for name, value in _told(offer_of(item)).items()}
    audit.record_about(session, item, "offered_item.retired", changes, actor=actor, now=now)
    session.delete(item)
    session.flush()
    return item.name


def move(session: Session, shop: Shop, item_id: UUID, by: int, *, shown: int, actor: str, now: datetime) -> None:
    """Move the item one place up (-1) or down (1); do nothing if it is no longer at the position `shown`."""
    lock_shop(session, shop.id)
    standing = of_shop(session, shop.id)
    moved = places.step(standing, item_id, by, shown=shown)
    if moved is not None:
        audit.record_about(
            session, _there(standing, item_id), "offered_item.moved", {"position": moved}, actor=actor, now=now
        )


def offer_of(item: OfferedItem) -> Offer:
    return read_off(Offer, item)


def _there(standing: Collection[OfferedItem], item_id: UUID) -> OfferedItem:
    found = next((one for one in standing if one.id == item_id), None)
    if found is None:
        raise ListError(ListProblem.GONE)
    return found


def _compare(item: OfferedItem, version: int) -> None:
    if item.version != version:
        raise ListError(ListProblem.STALE)


def _check(offer: Offer, others: Collection[OfferedItem]) -> None:
    found = problems(offer, {one.product_code for one in others})
    if found:
        raise OfferError(found)


def _told(offer: Offer) -> dict[str, object]:
    """Return the offer as the audit trail names it; a bare `name` could belong to anything there."""
    return {"offered_item" if name == "name" else name: value for name, value in asdict(offer).items()}
