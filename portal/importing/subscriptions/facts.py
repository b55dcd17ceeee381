"""What a file says of a subscription, in the form in which the verbs take it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from portal.importing.subscriptions.rows import ItemSaid
from portal.subscriptions.record.editable_fields import DATES, Wanted
from portal.subscriptions.record.items import Item

OWN = ("name", "kana", "phone", "postcode", "prefecture", "address")
"""Names of the columns `recipient_…` of a subscription."""
_BUYER = {"name": "buyer_name", "kana": "buyer_kana"}
_DETAILS = frozenset(Wanted.__annotations__) - DATES - {"items", "cycle", "cycle_fixed", "cycle_number"}
_DETAILS -= {"remaining_orders", "card_id"}


def settled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with the destination decided: a recipient who is the buyer is no address of its own."""
    settled_values = dict(values)
    recipient = {column: values.get(f"recipient_{column}", "") for column in OWN}
    if not values.get("buyer_name") and recipient["name"]:
        # Some templates have only the destination, which is then the buyer.
        settled_values |= {_BUYER.get(column, column): text for column, text in recipient.items() if text}
    if "delivery_to" not in values and "recipient_name" in values:
        same = all(
            not recipient[column] or recipient[column] == settled_values.get(_BUYER.get(column, column), "")
            for column in ("name", "postcode", "prefecture", "address")
        )
        settled_values["delivery_to"] = "buyer" if same else "own"
    if settled_values.get("delivery_to") == "buyer":
        settled_values |= {f"recipient_{column}": "" for column in OWN if f"recipient_{column}" in settled_values}
    return settled_values


def details_of(values: Mapping[str, Any]) -> Wanted:
    """Return the columns that have no rule of their own."""
    return cast(Wanted, {name: value for name, value in values.items() if name in _DETAILS})


def items_of(said: Sequence[ItemSaid], known: Sequence[Item] = ()) -> tuple[Item, ...]:
    """Return the items. What the file leaves open is as in the known item; a price still missing is the other price."""
    return tuple(_item(each, known) for each in said)


def _item(said: ItemSaid, known: Sequence[Item]) -> Item:
    named = (said.product_code or "", said.name)
    same = next((item for item in known if (item.product_code, item.name) == named), None)
    later = said.later_price if said.later_price is not None else same.later_price if same else said.first_price
    first = said.first_price if said.first_price is not None else same.first_price if same else later
    blank = same or Item(said.name)
    return Item(
        name=said.name,
        product_code=said.product_code or "",
        quantity=said.quantity,
        first_price=first or 0,
        later_price=later or 0,
        tax_rate=blank.tax_rate if said.tax_rate is None else said.tax_rate,
        remaining=said.remaining if said.knows_remaining else blank.remaining,
        commitment_count=blank.commitment_count if said.commitment_count is None else said.commitment_count,
        bundled_gift=blank.bundled_gift if said.bundled_gift is None else said.bundled_gift,
        cycles=blank.cycles if said.cycles is None else said.cycles,
    )
