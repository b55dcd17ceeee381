"""The order page and its tracking partial."""

from datetime import date
from uuid import UUID

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from portal.access.contact import shown_contact
from portal.access.second_step import Action, needs_step
from portal.clock import now
from portal.extensions import db
from portal.mypage import blueprint
from portal.mypage.loader import HTMX, order_url, require_order_id, visit
from portal.mypage.parcels import cards
from portal.orders.amounts import settle_order
from portal.orders.page import OrderPage, OtherOrder, load_page, other_orders
from portal.receipts.section import papers_of
from portal.shipments.carriers import slot_of
from portal.shipments.standing import refresh_seconds, standing
from portal.values.dates import tokyo_date
from portal.values.tax import PointsMode, Rounding, included_tax, is_reduced

FEW_LINES = 6
SHOWN_LINES = 5
"""Of more than FEW_LINES lines; the rest is folded away."""


@blueprint.get("/orders/<uuid:order_id>")
def show_order(order_id: UUID) -> str:
    order = load_page(db.session, require_order_id(order_id))
    instant = now()
    shown = shown_contact(order, visit(), g.shop)
    return render_template(
        "mypage/orders/order.html",
        order=order,
        delivery=shown.recipient,
        is_masked=shown.masked,
        others=_others(order),
        papers=papers_of(db.session, g.shop, order, instant),
        shown_lines=SHOWN_LINES if len(order.lines) > FEW_LINES else FEW_LINES,
        **_tracking(order, tokyo_date(instant), 0),
        **_amounts(order),
    )


@blueprint.get("/orders/<uuid:order_id>/tracking")
def tracking(order_id: UUID) -> str | Response:
    """The partial; it asks for itself again and again, which is no activity of the buyer's."""
    if not request.headers.get(HTMX):
        return redirect(order_url(order_id), 303)
    order = load_page(db.session, require_order_id(order_id, background=True))
    refreshes = request.args.get("n", 0, int)
    return render_template(
        "mypage/orders/_tracking.html", order=order, **_tracking(order, tokyo_date(now()), refreshes)
    )


def _tracking(order: OrderPage, today: date, refreshes: int) -> dict[str, object]:
    return {
        "today": today,
        "standing": standing(order, today),
        "cards": cards(order, today),
        "refresh": refresh_seconds(order, today, refreshes),
        "refreshes": refreshes,
        "slot_of": slot_of,
    }


def _amounts(order: OrderPage) -> dict[str, object]:
    on = tokyo_date(order.ordered_at)
    amounts = settle_order(
        ((line.tax_rate, line.amount) for line in order.lines), order.charges, PointsMode(g.shop.points_mode)
    )
    bases = amounts.settlement.bases if amounts.settlement else {}
    reduced = {rate for rate in {line.tax_rate for line in order.lines} if rate is not None and is_reduced(rate, on)}
    return {
        "amounts": amounts,
        "rates": [
            (rate, base, included_tax(base, rate, Rounding(g.shop.rounding))) for rate, base in bases.items() if base
        ],
        "reduced": reduced,
    }


def _others(order: OrderPage) -> tuple[OtherOrder, ...] | None:
    """None: not before the second step."""
    current = visit()
    if current is None or needs_step(g.shop, Action.OTHER_ORDERS, current, order):
        return None
    if not order.email_key:
        return ()
    return other_orders(db.session, shop_id=g.shop.id, email_key=order.email_key, order_id=order.id)
