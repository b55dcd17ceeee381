"""Updating of a live order to what a file says. Nothing is written if nothing differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal import audit
from portal.importing.orders.creation import parcels_of
from portal.importing.orders.rows import OrderSaid
from portal.models import Order, OrderLine, ShipmentItem
from portal.orders import changes as order_changes
from portal.orders import verbs as orders
from portal.orders.attention import CHANGED_AFTER_RECEIPT
from portal.orders.resolving import Line, ShopRules, attention, computed_total
from portal.orders.rules import states
from portal.payments.movements import follow_file
from portal.payments.rules.payment_states import ALL_TROUBLES, PaymentState, trouble_of
from portal.shipments import verbs as shipments
from portal.shipments.parcels import ParcelProblem, ParcelRefusedError, Said
from portal.values.states import OrderStatus, ShipmentStatus

_AMOUNTS = frozenset(
    (
        "shipping_fee",
        "payment_fee",
        "other_fee",
        "fee_rate",
        "discount",
        "coupon",
        "mall_coupon",
        "points_used",
        "total",
        "lines",
    )
)
_PAYMENT = frozenset({"payment_state", "refunded"})
_ON_A_RECEIPT = _AMOUNTS | _PAYMENT | {"buyer_name", "ordered_at", "payment_method", "status"}
"""Columns whose change after a receipt was issued is for staff to look at; the receipt itself stays."""
_TIMES = frozenset({"cancelled_at", "returned_at"})


@dataclass(frozen=True)
class Update:
    said: OrderSaid
    lines: Sequence[Line]
    digest: str


def update_order(
    session: Session, order: Order, update: Update, rules: ShopRules, *, has_receipt: bool, actor: str, now: datetime
) -> bool:
    """Update the order, loaded with its lines and parcels and locked. Return whether anything changed.

    On states.MoveRefusedError or ParcelRefusedError the caller rolls back what was done so far.
    """
    said = update.said
    if order.status == OrderStatus.CANCELED and said.status != OrderStatus.CANCELED:
        raise ParcelRefusedError(ParcelProblem.ORDER_CANCELED)
    before = order.status
    values = dict(said.values)
    paid, refunded = values.pop("payment_state", None), values.pop("refunded", None)
    changes = _put_values(order, values)
    if "payment_method" in changes:
        # What staff decided was about the former method.
        changes |= _put_values(order, {"payment_class": ""})
    goods = _lines_of(order)
    changes |= _put_lines(session, order, update.lines)
    if changes.keys() & _AMOUNTS:
        changes |= _put_total(order, said, rules)
    is_paid_otherwise = paid not in (None, "", order.payment_said) or refunded not in (None, order.refunded)
    if is_paid_otherwise or (order.payment_state != order.payment_said and "total" in changes):
        state = PaymentState(paid) if paid else None
        changes |= follow_file(session, order, said=state, refunded=refunded, actor=actor, now=now)
    parcels_changed = _put_parcels(session, order, said, actor=actor, now=now)
    _put_status(session, order, said, before, actor=actor, now=now)
    if changes.keys() & _PAYMENT and order.status not in states.SETTLED:
        changes |= _put_trouble(order)
    moved = {"status"} if _matters(before, order.status) else set()
    # The choices behind a name change nothing that a receipt says.
    told = changes.keys() - ({"lines"} if _are_same_goods(goods, _lines_of(order)) else set())
    if has_receipt and (told | moved) & _ON_A_RECEIPT:
        changes |= _put_values(order, {"needs_attention": CHANGED_AFTER_RECEIPT})
    changed = bool(changes) or parcels_changed or order.status != before
    if changed:
        order.content_digest = update.digest
    if changes:
        order_changes.record(session, order, "order.updated", changes, actor=actor, now=now)
    session.flush()
    return changed


def _put_values(order: Order, values: Mapping[str, Any]) -> dict[str, audit.Change]:
    changes: dict[str, audit.Change] = {}
    for column, value in values.items():
        current = getattr(order, column)
        # The time of a cancellation or return is set once, when it happens; what staff put right stays.
        if value != current and column not in _TIMES and column not in order.set_by_staff:
            changes[column] = (current, value)
            setattr(order, column, value)
    return changes


def _put_trouble(order: Order) -> dict[str, audit.Change]:
    """Tell staff what is wrong with the payment, and take it back when it is mended."""
    trouble = trouble_of(order.payment_state, order.refunded)
    is_ours = order.needs_attention in ALL_TROUBLES
    return _put_values(order, {"needs_attention": trouble}) if trouble or is_ours else {}


def _put_lines(session: Session, order: Order, lines: Sequence[Line]) -> dict[str, audit.Change]:
    if not lines:
        return {}
    current = _lines_of(order)
    lines = [_with_known_rate(line, *current[place : place + 1]) for place, line in enumerate(lines)]
    if current == lines:
        return {}
    for stored, line in zip(order.lines, lines, strict=False):
        for column, value in line._asdict().items():
            setattr(stored, column, value)
    gone = order.lines[len(lines) :]
    if gone:
        session.execute(delete(ShipmentItem).where(ShipmentItem.order_line_id.in_([line.id for line in gone])))
    order.lines[len(lines) :] = [
        OrderLine(shop_id=order.shop_id, position=position, **line._asdict())
        for position, line in enumerate(lines[len(current) :], len(current) + 1)
    ]
    return {"lines": (_as_text(current), _as_text(lines))}


def _with_known_rate(line: Line, stored: Line | None = None) -> Line:
    """Return the line with the rate that staff set on the stored one, if neither the file nor the shop says a rate."""
    if stored is None or line.tax_rate is not None:
        return line
    same = (stored.product_code, stored.quantity, stored.unit_price) == (line.product_code, *line[2:4])
    if not (same and _is_same_name(stored.name, line.name)):
        return line
    amount = line.amount if line.tax_included else stored.amount
    return line._replace(
        tax_rate=stored.tax_rate, amount=amount, tax_included=stored.tax_included, untaxed=stored.untaxed
    )


def _is_same_name(before: str, name: str) -> bool:
    """Tell whether it is the same name, perhaps with the choices behind it that were not read before."""
    return name == before or name.startswith(f"{before} ")


def _are_same_goods(before: Sequence[Line], after: Sequence[Line]) -> bool:
    return len(before) == len(after) and all(
        _is_same_name(old.name, new.name) and old == new._replace(name=old.name)
        for old, new in zip(before, after, strict=True)
    )


def _put_total(order: Order, said: OrderSaid, rules: ShopRules) -> dict[str, audit.Change]:
    """Store the total; if the file does not state it, it follows from the rest."""
    lines = _lines_of(order)
    values = {column: getattr(order, column) for column in _AMOUNTS - {"lines"}}
    if said.values.get("total") is None:
        values["total"] = computed_total(lines, values)
    reason = attention(lines, values, rules, order.needs_attention)
    return _put_values(order, {"total": values["total"], "needs_attention": reason})


def _put_parcels(session: Session, order: Order, said: OrderSaid, *, actor: str, now: datetime) -> bool:
    if said.status == OrderStatus.CANCELED:
        return False
    changed = False
    for parcel in parcels_of(said) if said.parcels else []:
        if _is_a_wish(parcel) and _is_on_its_way(order):
            continue
        put = shipments.put_parcel(session, [order], parcel, actor=actor, now=now)
        changed |= put.outcome != shipments.Outcome.UNCHANGED
    if said.status == OrderStatus.SHIPPED:
        changed |= shipments.ship_rest(session, order, actor=actor, now=now)
    return changed


def _is_a_wish(parcel: Said) -> bool:
    """Tell whether the parcel has no number: the file then says how to send the order, not how its parcels went."""
    return not parcel.external_number and not parcel.tracking_number


def _is_on_its_way(order: Order) -> bool:
    live = [parcel.status for parcel in order.shipments if parcel.status != ShipmentStatus.CANCELED]
    return len(live) > 1 or ShipmentStatus.SHIPPED in live


def _put_status(session: Session, order: Order, said: OrderSaid, before: str, *, actor: str, now: datetime) -> None:
    """Move the order to the status that the file says; a late 出荷待ち never takes back what has left."""
    match said.status:
        case OrderStatus.CANCELED:
            orders.cancel(session, order, allow_code_again=False, actor=actor, now=now)
        case OrderStatus.ON_HOLD:
            orders.hold(session, order, actor=actor, now=now)
        case OrderStatus.RETURN_PENDING:
            orders.await_return(session, order, actor=actor, now=now)
        case OrderStatus.RETURNED:
            orders.mark_returned(session, order, actor=actor, now=now)
        case OrderStatus.AWAITING_SHIPMENT if states.is_before_shipping(OrderStatus(order.status)):
            orders.put_back(session, order, actor=actor, now=now)
        case OrderStatus.PICKING if states.is_before_shipping(OrderStatus(order.status)):
            orders.begin_picking(session, order, actor=actor, now=now)
        case OrderStatus.PARTIALLY_SHIPPED if before not in (OrderStatus.SHIPPED, *states.SETTLED):
            _ship_in_part(session, order, actor=actor, now=now)
        case _:
            pass


def _ship_in_part(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Mark as partly shipped. If all known parcels have left, add one that waits for its number."""
    if order.status == OrderStatus.SHIPPED:
        shipments.expect_parcel(session, order, actor=actor, now=now)
    orders.ship_in_part(session, order, actor=actor, now=now)


def _matters(before: str, after: str) -> bool:
    """Tell whether a move matters for a receipt: cancellation and return do, moves towards shipping do not."""
    return before != after and after in (OrderStatus.CANCELED, OrderStatus.RETURN_PENDING, OrderStatus.RETURNED)


def _lines_of(order: Order) -> list[Line]:
    return [Line(*(getattr(line, column) for column in Line._fields)) for line in order.lines]


def _as_text(lines: Sequence[Line]) -> str:
    return "\n".join(
        f"{line.product_code} {line.name} {line.quantity} x {line.unit_price} = {line.amount} ({line.tax_rate}%)"
        for line in lines
    )
