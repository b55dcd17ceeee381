"""Reading of the rows of one order into what the file says about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from portal.importing.orders.beginnings import Beginning, read_beginning
from portal.importing.orders.line_names import line_name
from portal.importing.orders.parcel_rows import read_parcels
from portal.importing.reading import cells
from portal.importing.reading.rows import ParsedRow, Reading
from portal.models import Order, OrderLine
from portal.models.base import room
from portal.orders.resolving import Line
from portal.orders.rules import state_words
from portal.orders.rules.codes import code_key
from portal.payments.rules.payment_states import PaymentState, payment_state
from portal.shipments.parcels import Said
from portal.values import emails, postcodes, prefectures, tax
from portal.values.dates import tokyo_date
from portal.values.masks import PREFECTURE
from portal.values.states import OrderStatus

LONGEST_NOTE = 5_000
_TEXT, _DIGITS = cells.one_line, cells.digits


@dataclass(frozen=True, slots=True)
class OrderSaid:
    code: str
    code_key: str
    values: dict[str, Any]
    """Column of `Order` → value; a column that is not here keeps its stored value."""
    lines: tuple[Line, ...]
    """Lines of the order, empty if the file has no line columns."""
    status: OrderStatus | None
    parcels: tuple[Said, ...]
    begins: Beginning | None = None
    """Subscription that this order begins."""


def _texts(read: Callable[..., str], *columns: str) -> dict[str, Callable[[str], Any]]:
    return {column: partial(read, longest=room(Order, column)) for column in columns}


def _prefecture(text: str, longest: int) -> str:
    return prefectures.known(text) or _TEXT(text, longest)


READERS: Mapping[str, Callable[[str], Any]] = {
    "ordered_at": cells.instant,
    "cancelled_at": cells.instant,
    "returned_at": cells.instant,
    **_texts(_TEXT, "buyer_name", "buyer_kana", "address", "payment_method"),
    "email": lambda text: emails.repaired(_TEXT(text, room(Order, "email"))),
    **_texts(_TEXT, "recipient_name", "recipient_kana", "recipient_address"),
    **_texts(_prefecture, "prefecture", "recipient_prefecture"),
    **_texts(cells.dialled, "phone", "postcode", "recipient_phone", "recipient_postcode"),
    "payment_state": lru_cache(cells.WORDS)(lambda text: str(payment_state(text))),
    "refunded": cells.yen_taken_off,
    **dict.fromkeys(("shipping_fee", "payment_fee", "other_fee", "total"), cells.yen_in_all),
    **dict.fromkeys(("discount", "coupon", "mall_coupon", "points_used"), cells.yen_taken_off),
    "fee_rate": cells.tax_rate,
    "subscription_number": partial(_DIGITS, longest=room(Order, "subscription_number")),
    "cycle_number": cells.count,
    "next_delivery_on": cells.day,
    "buyer_note": partial(cells.several_lines, longest=LONGEST_NOTE),
}
"""Column of `Order` that a file can fill → its reader."""
BLANK = dict.fromkeys(
    ("shipping_fee", "payment_fee", "other_fee", "discount", "coupon", "mall_coupon", "points_used", "refunded"), 0
)
"""Column → value when it is cleared; for all others the empty text."""
PRODUCT_CODE = partial(_DIGITS, longest=room(OrderLine, "product_code"))
_LONGEST_STATE = room(Order, "status_words")
_STATE_WORDS = partial(_TEXT, longest=room(Order, "payment_state_words"))
LINE_FIELDS = frozenset({"product_code", "name", "quantity", "unit_price", "amount", "tax_rate"})


def read_code(text: str) -> str:
    """Read a 受注コード. Raise CellError if it is blank, spoiled or too long."""
    code = cells.digits(text, room(Order, "code"))
    if not code_key(code):
        raise cells.CellError("受注コードがありません。")
    return code


def read_order(reading: Reading) -> OrderSaid:
    """Read an order. Raise RowsRefusedError with all of its problems, so that staff mend them in one go."""
    # The rows below have the same code, in whatever width.
    reading.refuse_other_case("code")
    first = reading.rows[0]
    text = first.texts.get("code", "")
    code = (
        "" if not text and reading.is_spoiled(first) else reading.converted(first.line, "code", text, read_code) or ""
    )
    values = _order_values(reading)
    status = _status(reading, values)
    lines = _lines(reading, values)
    parcels = read_parcels(reading)
    _put_wishes(values, parcels)
    begins = read_beginning(reading) if reading.has("cycle") else None
    reading.finish()
    return OrderSaid(code, code_key(code), values, lines, status, parcels, begins)


def _put_wishes(values: dict[str, Any], parcels: tuple[Said, ...]) -> None:
    """Make the first requested day and the first requested slot among the parcels the order's own, too."""
    for parcel in parcels:
        if parcel.requested_on:
            values.setdefault("requested_on", parcel.requested_on)
        if parcel.requested_slot:
            values.setdefault("time_slot", parcel.requested_slot)


def _order_values(reading: Reading) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field, read in READERS.items():
        if not reading.has(field):
            continue
        line, text = reading.common(field)
        if text:
            values[field] = reading.converted(line, field, text, read)
        elif field in reading.bound.mapping.clears:
            values[field] = BLANK.get(field, "")
    tidy_addresses(values)
    if "payment_state" in values:
        unread = reading.common("payment_state") if values["payment_state"] == PaymentState.UNREAD else None
        values["payment_state_words"] = (
            reading.converted(unread[0], "payment_state", unread[1], _STATE_WORDS) if unread else ""
        )
    if values.get("payment_state", PaymentState.UNKNOWN) == PaymentState.UNKNOWN and _paid_on(reading):
        values["payment_state"] = str(PaymentState.PAID)
    if "email" in values:
        values["email_key"] = emails.normalise(values["email"] or "")
    return values


def _paid_on(reading: Reading) -> bool:
    """Tell whether the file has a payment date; without one nothing is known."""
    line, text = reading.common("paid_on")
    return bool(text) and reading.converted(line, "paid_on", text, cells.day) is not None


def tidy_addresses(values: dict[str, Any]) -> None:
    """Normalize postcodes, and move prefectures to their own column, be they there, in the address, or in both."""
    for prefix in ("", "recipient_"):
        if values.get(f"{prefix}postcode"):
            text = values[f"{prefix}postcode"]
            values[f"{prefix}postcode"] = postcodes.normalise(text) or text
        address = values.get(f"{prefix}address")
        if not address:
            continue
        if said := values.get(f"{prefix}prefecture"):
            # Only a whole prefecture is taken off: 大阪 also begins 大阪市.
            values[f"{prefix}address"] = (
                address.removeprefix(said).strip() if said in prefectures.PREFECTURES else address
            )
        elif found := PREFECTURE.match(address):
            values[f"{prefix}prefecture"] = found[0]
            values[f"{prefix}address"] = address[found.end() :].strip()


def _status(reading: Reading, values: dict[str, Any]) -> OrderStatus | None:
    """Return the state that the words name; words that nobody knows go into `values` and move nothing."""
    said = []
    for field in ("status", "slip_status"):
        line, text = reading.common(field)
        if not text:
            continue
        own = None if reading.knows(field, text) else state_words.meaning(text, reading.bound.statuses)
        if own is not None:
            said.append("" if own == state_words.SAYS_NOTHING else own)
        elif reading.knows(field, text) or field not in reading.bound.mapping.lenient:
            said.append(reading.converted(line, field, text, reading.word(field)) or "")
        else:
            values["status_words"] = text[:_LONGEST_STATE]
    if reading.has("status"):
        values.setdefault("status_words", "")
    if OrderStatus.CANCELED in said or any(reading.common(field)[1] for field in reading.bound.mapping.cancels):
        return OrderStatus.CANCELED
    return next((OrderStatus(word) for word in said if word), None)


def _lines(reading: Reading, values: Mapping[str, Any]) -> tuple[Line, ...]:
    if not reading.has("name"):
        return ()
    live: list[Line] = []
    canceled: list[Line] = []
    called_off = 0
    # A value that is fixed for every row makes none of them a line.
    telling = LINE_FIELDS.difference(reading.bound.mapping.fixed) if reading.bound.mapping.fixed else LINE_FIELDS
    for row in reading.rows:
        if telling.isdisjoint(row.texts):
            continue
        quantity = reading.value(row, "quantity", cells.quantity_or_none_left)
        if quantity == 0:
            called_off = called_off or row.line
            continue
        line = _line(reading, row, values, quantity)
        gone = reading.value(row, "line_status", reading.word("line_status"))
        if line:
            (canceled if gone else live).append(line)
    # An order whose lines are all canceled is a canceled order, and still shows what it was.
    lines = live or canceled
    if called_off and not lines:
        reading.refuse(
            called_off, "quantity", "どの商品も数量が0です。キャンセルの注文は、ステータスで知らせてください。"
        )
    if sum(abs(line.amount) for line in lines) > cells.LARGEST_YEN:
        reading.refuse(reading.rows[0].line, "amount", "商品の金額の合計が大きすぎます。")
    return tuple(lines)


def _line(reading: Reading, row: ParsedRow, values: Mapping[str, Any], quantity: int | None) -> Line | None:
    code = reading.value(row, "product_code", PRODUCT_CODE)
    name = line_name(reading, row)
    unit_price = reading.value(row, "unit_price", cells.yen_in_all)
    amount = reading.value(row, "amount", cells.yen_in_all)
    rate, tax_included, untaxed = _tax(reading, row, values)
    blank = [field for field in ("name", "quantity") if reading.is_blank(row, field)]
    blank += ["unit_price"] if all(reading.is_blank(row, field) for field in ("unit_price", "amount")) else []
    for field in blank:
        reading.refuse(row.line, field, "空です。商品の行に必要です。")
    if amount is None and unit_price is not None and quantity:
        amount = unit_price * quantity
    if reading.is_spoiled(row) or name is None or quantity is None or amount is None:
        return None
    # Some lists give only the line's sum; a unit price that is no whole yen is shown rounded down.
    unit_price = amount // quantity if unit_price is None else unit_price
    return Line(code or "", name, quantity, unit_price, amount, rate, tax_included, untaxed)


def _tax(reading: Reading, row: ParsedRow, values: Mapping[str, Any]) -> tuple[int | None, bool, str]:
    ordered_at = values.get("ordered_at")
    bought_on = tokyo_date(ordered_at) if ordered_at else None
    rate = reading.value(row, "tax_rate", lambda text: cells.tax_rate(text, bought_on))
    basis = reading.value(row, "tax_basis", reading.word("tax_basis"))
    if basis in ("exempt", "export", "outside"):
        return 0, True, basis
    if rate is not None and bought_on and not tax.rate_known(rate, bought_on):
        reading.refuse(row.line, "tax_rate", f"{rate}% は受注日の消費税率ではありません。")
    return rate, basis != "excluded", ""
