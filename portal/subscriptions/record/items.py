"""The items of a subscription: copies of products, always replaced as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionItem
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule import Cycle, CycleError
from portal.values.records import read_off

LONGEST_NAME = 300
LONGEST_CODE = 100
MOST = 100
MOST_QUANTITY = 9_999
MOST_YEN = 9_999_999
MOST_DELIVERIES = 9_999


@dataclass(frozen=True)
class Item:
    """Columns of `SubscriptionItem`; the position is its place in the list."""

    name: str
    product_code: str = ""
    quantity: int = 1
    first_price: int = 0
    later_price: int = 0
    tax_rate: int | None = None
    remaining: int | None = None
    """Number of deliveries that still contain it; None for all, 0 if it has dropped out."""
    commitment_count: int = 0
    bundled_gift: bool = False
    cycles: tuple[str, ...] = ()
    """Text form of its own cycle per cycle number; the last one repeats."""


def of(subscription: Subscription) -> tuple[Item, ...]:
    return tuple(read_off(Item, row, cycles=tuple(row.cycles)) for row in subscription.items)


def put(session: Session, subscription: Subscription, items: Sequence[Item]) -> None:
    """Replace the items by these, in this order. `check` must have passed them."""
    subscription.items.clear()
    if subscription in session:
        # Positions are unique: the old rows must be deleted before the new ones are inserted.
        session.flush()
    subscription.items = [
        SubscriptionItem(
            shop_id=subscription.shop_id,
            position=position,
            name=item.name,
            product_code=item.product_code,
            quantity=item.quantity,
            first_price=item.first_price,
            later_price=item.later_price,
            tax_rate=item.tax_rate,
            remaining=item.remaining,
            commitment_count=item.commitment_count,
            bundled_gift=item.bundled_gift,
            cycles=[str(Cycle.parse(text)) for text in item.cycles],
        )
        for position, item in enumerate(items, 1)
    ]


def check(items: Sequence[Item], *, may_be_used_up: bool = False) -> None:
    """Raise RefusedError for the first problem, with its path as the field: items.2.quantity."""
    if not any((item.remaining != 0 or may_be_used_up) and not item.bundled_gift for item in items):
        raise RefusedError(Refusal.NO_ITEMS, "items")
    if len(items) > MOST:
        raise RefusedError(Refusal.OUT_OF_RANGE, "items")
    for place, item in enumerate(items, 1):
        for column, code in _problems(item).items():
            raise RefusedError(code, f"items.{place}.{column}")


def _problems(item: Item) -> dict[str, Refusal]:
    ranges = {
        "quantity": (item.quantity, 1, MOST_QUANTITY),
        "first_price": (item.first_price, 0, MOST_YEN),
        "later_price": (item.later_price, 0, MOST_YEN),
        "tax_rate": (item.tax_rate or 0, 0, 100),
        "remaining": (item.remaining or 0, 0, MOST_DELIVERIES),
        "commitment_count": (item.commitment_count, 0, MOST_DELIVERIES),
    }
    found = {name: Refusal.OUT_OF_RANGE for name, (value, least, most) in ranges.items() if not least <= value <= most}
    if not item.name.strip():
        found["name"] = Refusal.REQUIRED
    for name, text, longest in (("name", item.name, LONGEST_NAME), ("product_code", item.product_code, LONGEST_CODE)):
        if len(text) > longest:
            found[name] = Refusal.TOO_LONG
    try:
        for text in item.cycles:
            Cycle.parse(text)
    except CycleError:
        found["cycles"] = Refusal.CYCLE
    return found
