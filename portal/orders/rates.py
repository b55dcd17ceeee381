"""Tax rates that staff enter for lines and fees because neither the file nor the shop's tables gave them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order, OrderLine
from portal.orders import changes as order_changes
from portal.orders.attention import reason_for
from portal.orders.rules.amounts import Charges, settle_order
from portal.values.tax import PointsMode, Rounding, include_tax


def set_rates(
    session: Session,
    order: Order,
    rates: Mapping[int, int],
    fee_rate: int | None,
    *,
    rounding: Rounding,
    points_mode: PointsMode,
    actor: str,
    now: datetime,
) -> bool:
    """Set the rates that are not known yet and return whether anything changed.

    `rates`: position of a line → percent; `fee_rate`: percent of shipping and fees. Known rates are left alone. Prices
    without tax get it now, and so does the total if it was their sum.
    """
    changes: dict[str, audit.Change] = {}
    lines = [line for line in order.lines if line.tax_rate is None and line.position in rates]
    total_follows = order.total == _sum(order)
    for line in lines:
        line.tax_rate = rates[line.position]
    if lines:
        changes["tax_rates"] = (None, "\n".join(f"{line.name} {line.tax_rate}%" for line in lines))
    if _add_tax([line for line in lines if not line.tax_included], rounding) and total_follows:
        changes["total"] = (order.total, _sum(order))
        order.total = _sum(order)
    if order.fee_rate is None and fee_rate is not None:
        changes["fee_rate"] = (None, fee_rate)
        order.fee_rate = fee_rate
    if not changes:
        return False
    reason = _reason(order, points_mode)
    changes["needs_attention"] = (order.needs_attention, reason)
    order.needs_attention = reason
    order_changes.record(session, order, "order.rates_set", changes, actor=actor, now=now)
    return True


def _add_tax(lines: list[OrderLine], rounding: Rounding) -> bool:
    for line, amount in zip(
        lines, include_tax([(line.tax_rate or 0, line.amount) for line in lines], rounding), strict=True
    ):
        line.amount = amount
        line.tax_included = True
    return bool(lines)


def charges_of(order: Order) -> Charges:
    return Charges(
        fees=order.shipping_fee + order.payment_fee + order.other_fee,
        fee_rate=order.fee_rate,
        discount=order.discount,
        coupon=order.coupon,
        mall_coupon=order.mall_coupon,
        points=order.points_used,
        total=order.total,
    )


def _sum(order: Order) -> int:
    charged = order.shipping_fee + order.payment_fee + order.other_fee
    taken_off = order.discount + order.coupon + order.mall_coupon + order.points_used
    return sum(line.amount for line in order.lines) + charged - taken_off


def _reason(order: Order, points_mode: PointsMode) -> str:
    lines = ((line.tax_rate, line.amount) for line in order.lines)
    amounts = settle_order(lines, charges_of(order), points_mode)
    return reason_for(amounts.problem, order.needs_attention)
