"""Reading of the rows of one subscription into what the file says about it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from portal.importing.orders.rows import PRODUCT_CODE, tidy_addresses
from portal.importing.reading import cells, cycle_cells
from portal.importing.reading.cells import CellError
from portal.importing.reading.reader import fold
from portal.importing.reading.rows import ParsedRow, Reading
from portal.models import ListedAddress, Subscription, SubscriptionItem, SubscriptionLabel
from portal.models.base import room
from portal.orders.rules.codes import spelled
from portal.shipments.rules.carriers import identify
from portal.values import prefectures

LONGEST_NOTE = 5_000
_YES = frozenset(("○", "〇", "◯", "はい", "有", "有り", "あり", "固定", "する", "1", "yes", "true"))
_NO = frozenset(("×", "✕", "いいえ", "無", "無し", "なし", "しない", "0", "-", "no", "false"))
_ENDLESS = frozenset(("無制限", "制限なし", "なし", "無期限", "-"))
_FORMULA_MARKS = "=+-@＝＋－＠"


@dataclass(frozen=True, slots=True)
class ItemSaid:
    """An item as the file says it; a field is None if the file has no such column or leaves it blank."""

    line: int
    product_code: str | None
    name: str
    quantity: int
    first_price: int | None
    later_price: int | None
    tax_rate: int | None
    remaining: int | None
    knows_remaining: bool
    """Whether there is a column for `remaining`; a blank cell in it means without end."""
    commitment_count: int | None
    bundled_gift: bool | None
    cycles: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class SubscriptionSaid:
    number: str
    external_number: str
    values: dict[str, Any]
    """Field → value; a field that is not here keeps its stored value."""
    labels: tuple[str, ...] | None
    items: tuple[ItemSaid, ...]
    """Items of the subscription, empty if the file has no columns for them."""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all that the file says of the subscription."""
        items = [tuple(getattr(item, name) for name in ItemSaid.__slots__ if name != "line") for item in self.items]
        facts = (self.number, self.external_number, sorted(self.values.items()), self.labels, items)
        return hashlib.sha256(repr(facts).encode()).hexdigest()


def _text(text: str, longest: int) -> str:
    return cells.one_line(_unquoted(text), longest)


def _unquoted(text: str) -> str:
    """Remove the ' that an export puts before what a spreadsheet would compute."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in _FORMULA_MARKS else text


def _note(text: str) -> str:
    return cells.several_lines(_unquoted(text), LONGEST_NOTE)


def flag(text: str) -> bool:
    word = fold(text).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError(f"「{text[:20]}」は読めません。○ か × で入れてください。")


def _count_or_endless(text: str) -> int | None:
    return None if fold(text) in _ENDLESS else cells.count(text)


def _carrier(text: str) -> str:
    found = identify(text)
    if found is None:
        raise CellError(
            f"「{text[:20]}」は知らない配送会社です。ヤマト運輸、佐川急便、日本郵便のように入れてください。"
        )
    return found.carrier


def _prefecture(text: str) -> str:
    """Read the prefecture, by which fees and days of transit go; what is none is refused and never the usual fee."""
    found = prefectures.known(text)
    if not found:
        raise CellError(f"「{text[:20]}」は都道府県として読めません。東京都、大阪府、北海道のように入れてください。")
    return found


def _texts(read: Callable[..., str], *columns: str) -> dict[str, Callable[[str], Any]]:
    return {column: partial(read, longest=room(Subscription, column)) for column in columns}


READERS: Mapping[str, Callable[[str], Any]] = {
    **_texts(_text, "buyer_name", "buyer_kana", "address", "email", "payment_method", "wrapping"),
    **_texts(_text, "recipient_name", "recipient_kana", "recipient_address"),
    **dict.fromkeys(("prefecture", "recipient_prefecture"), _prefecture),
    **_texts(cells.digits, "phone", "postcode", "recipient_phone", "recipient_postcode", "customer_number"),
    **_texts(_text, "coupon_code", "delivery_method", "stop_reason", "attention_reason", "wallet_agreement"),
    **_texts(_text, "source_media", "source_device", "source_address"),
    "recipient_label": partial(_text, longest=room(ListedAddress, "label")),
    "time_slot": partial(cells.wished_slot, longest=room(Subscription, "time_slot")),
    "carrier": _carrier,
    **dict.fromkeys(("shipping_fee", "cool_fee", "payment_fee"), cells.yen_in_all),
    **dict.fromkeys(("perk_off", "coupon"), cells.yen_taken_off),
    **dict.fromkeys(("points_each", "points_balance", "instalments", "cycle_number"), cells.count),
    **dict.fromkeys(("orders_made", "purchase_count"), cells.count),
    "remaining_orders": _count_or_endless,
    **dict.fromkeys(("perk_free_shipping", "carrier_fixed", "cycle_fixed", "next_skipped", "attention"), flag),
    **dict.fromkeys(("next_delivery_on", "next_ship_on", "next_creation_on", "anchor_on", "resume_on"), cells.day),
    **dict.fromkeys(("previous_ship_on", "previous_delivery_on", "points_expire_on"), cells.day),
    **dict.fromkeys(("created_at", "stopped_at", "suspended_at", "canceled_at"), cells.instant),
    **dict.fromkeys(("note_1", "note_2", "memo"), _note),
}
"""Field of the subscription itself, mostly a column of `Subscription` → its reader."""
WORDS = ("state", "points_use", "delivery_to")
"""Fields whose words the mapping translates."""
NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("shipping_fee", "cool_fee", "payment_fee", "perk_off", "coupon", "points_each"), 0),
    **dict.fromkeys(("remaining_orders", "resume_on", "points_expire_on"), None),
    **dict.fromkeys(("next_skipped", "perk_free_shipping", "attention"), False),
}
"""Field → value when it is cleared; for all others the empty text."""
CYCLE_PARTS = ("cycle_days", "cycle_months", "cycle_day", "cycle_nth", "cycle_weekday")
_ITEM_FIELDS = frozenset(("product_code", "name", "quantity", "first_price", "later_price"))
_NAME = partial(_text, longest=room(SubscriptionItem, "name"))
_NUMBER = partial(cells.digits, longest=room(Subscription, "number"))
_EXTERNAL = partial(cells.digits, longest=room(Subscription, "external_number"))
_LABEL_LENGTH = room(SubscriptionLabel, "name")


def read_subscription(reading: Reading) -> SubscriptionSaid:
    """Read a subscription. Raise RowsRefusedError with all of its problems, so that staff mend them in one go."""
    number = spelled(_common(reading, "number", _NUMBER) or "")
    external = _common(reading, "external_number", _EXTERNAL) or ""
    if not number and not external and not reading.is_spoiled(reading.rows[0]):
        field = next((name for name in reading.bound.mapping.one_of if reading.has(name)), "")
        reading.refuse(reading.rows[0].line, field, "番号がありません。")
    values = _values(reading)
    labels = _labels(reading)
    items = _items(reading)
    reading.finish()
    return SubscriptionSaid(number, external, values, labels, items)


def _common(reading: Reading, field: str, read: Callable[[str], Any]) -> Any:
    line, text = reading.common(field)
    return reading.converted(line, field, text, read) if text else None


def _values(reading: Reading) -> dict[str, Any]:
    values: dict[str, Any] = {}
    readers = {**READERS, **{field: reading.word(field) for field in WORDS}}
    for field, read in readers.items():
        if not reading.has(field):
            continue
        line, text = reading.common(field)
        if text:
            value = reading.converted(line, field, text, read)
            if value is not None or field in NOTHING:
                values[field] = value
        elif field in reading.bound.mapping.clears:
            values[field] = NOTHING.get(field, "")
    cycle = _cycle(reading)
    if cycle:
        values["cycle"] = cycle
    if values.get("delivery_method") and not values.get("carrier"):
        found = identify(values["delivery_method"])
        values |= {"carrier": found.carrier} if found else {}
    _settle_state(values)
    tidy_addresses(values)
    return values


def _settle_state(values: dict[str, Any]) -> None:
    """Set when the subscription was stopped. If a channel has one word for both ways, a cancellation date decides."""
    suspended_at, canceled_at = values.pop("suspended_at", None), values.pop("canceled_at", None)
    if values.get("state") == "suspended" and canceled_at:
        values["state"] = "canceled"
    since = {"suspended": suspended_at, "canceled": canceled_at}.get(values.get("state", ""))
    if since and not values.get("stopped_at"):
        values["stopped_at"] = since


def _cycle(reading: Reading) -> str:
    line, text = reading.common("cycle")
    parts = {field: reading.common(field)[1] for field in CYCLE_PARTS}
    try:
        columns = cycle_cells.from_columns(**{field.removeprefix("cycle_"): cell for field, cell in parts.items()})
        if columns is not None:
            return str(columns)
        return str(cycle_cells.read(text)) if text else ""
    except CellError as error:
        field = next((field for field, cell in parts.items() if cell), "cycle")
        reading.refuse(line, field, error.reason)
        return ""


def _labels(reading: Reading) -> tuple[str, ...] | None:
    if not reading.has("labels"):
        return None
    line, text = reading.common("labels")
    if not text and "labels" not in reading.bound.mapping.clears:
        return None
    names = [_text(name.strip(), 200) for name in text.replace("，", "、").replace(",", "、").split("、")]
    if any(len(name) > _LABEL_LENGTH for name in names):
        reading.refuse(line, "labels", f"ラベルが長すぎます。1つ{_LABEL_LENGTH}文字までにしてください。")
    return tuple(sorted({name for name in names if name}))


def _items(reading: Reading) -> tuple[ItemSaid, ...]:
    if not reading.has("name"):
        return ()
    found = [_item(reading, row) for row in reading.rows if not _ITEM_FIELDS.isdisjoint(row.texts)]
    return tuple(item for item in found if item)


def _item(reading: Reading, row: ParsedRow) -> ItemSaid | None:
    item = ItemSaid(
        line=row.line,
        product_code=reading.value(row, "product_code", PRODUCT_CODE),
        name=reading.value(row, "name", _NAME) or "",
        quantity=reading.value(row, "quantity", cells.quantity) or 0,
        first_price=reading.value(row, "first_price", cells.yen_in_all),
        later_price=reading.value(row, "later_price", cells.yen_in_all),
        tax_rate=reading.value(row, "tax_rate", cells.tax_rate),
        remaining=reading.value(row, "remaining", _count_or_endless),
        knows_remaining=reading.has("remaining"),
        commitment_count=reading.value(row, "commitment_count", cells.count),
        bundled_gift=reading.value(row, "bundled_gift", flag),
        cycles=reading.value(row, "item_cycles", cycle_cells.several),
    )
    for field in ("name", "quantity"):
        if reading.is_blank(row, field):
            reading.refuse(row.line, field, "空です。商品の行に必要です。")
    return None if reading.is_spoiled(row) else item
