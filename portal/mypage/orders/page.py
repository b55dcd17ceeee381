"""The order page and its tracking partial."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from portal.access.rules.contact import shown_contact
from portal.access.rules.second_step import Action, needs_step
from portal.clock import now
from portal.extensions import db
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import order_url, require_order_id, sees_parcel_only, visit
from portal.orders.page import OrderPage, OtherOrder, load_page, other_orders
from portal.orders.sums import sums_of
from portal.payments.reading import prepayment_of, situation_of
from portal.receipts.section import papers_of
from portal.receipts.yearly import years_of
from portal.shipments.cards import cards
from portal.shipments.rules.carriers import slot_of
from portal.shipments.standing import refresh_seconds, standing
from portal.subscriptions.overview.summary import glimpse
from portal.values.dates import tokyo_date
from portal.web.languages import translate
from portal.web.redirects import is_partial

FEW_LINES = 6
SHOWN_LINES = 5
"""Number of lines shown of an order with more than FEW_LINES; the rest is folded away."""


@blueprint.get("/orders/<uuid:order_id>")
def show_order(order_id: UUID) -> str:
    order = load_page(db.session, require_order_id(order_id))
    instant = now()
    tracked = _tracking(order, tokyo_date(instant), 0)
    if sees_parcel_only():
        return render_template("mypage/orders/parcel.html", order=order, **tracked)
    shown, others = shown_contact(order, visit(), g.shop), _others(order)
    return render_template(
        "mypage/orders/order.html",
        order=order,
        delivery=shown.recipient,
        is_masked=shown.masked,
        others=others,
        years=() if others is None else _years(order, others),
        papers=papers_of(db.session, g.shop, order, instant),
        shown_lines=SHOWN_LINES if len(order.lines) > FEW_LINES else FEW_LINES,
        **tracked,
        subscription=glimpse(db.session, order.subscription_id) if order.subscription_id else None,
        sums=sums_of(g.shop, order),
        payment=situation_of(g.shop, order),
    )


@blueprint.get("/orders/<uuid:order_id>/tracking")
def tracking(order_id: UUID) -> str | Response:
    """Render the partial, which asks for itself again and again; that is no activity of the buyer's."""
    if not is_partial():
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
        "cards": cards(order, today, translate),
        "refresh": refresh_seconds(order, today, refreshes),
        "refreshes": refreshes,
        "slot_of": slot_of,
        "is_payment_shown": not sees_parcel_only(),
        "prepayment": None if sees_parcel_only() else prepayment_of(g.shop, order, order.charges.total),
    }


def _years(order: OrderPage, others: Sequence[OtherOrder]) -> Sequence[int]:
    return years_of([(order.ordered_at, order.status), *((one.ordered_at, one.status) for one in others)])


def _others(order: OrderPage) -> tuple[OtherOrder, ...] | None:
    """Return the buyer's other orders, or None until the second step is passed."""
    current = visit()
    if current is None or needs_step(g.shop, Action.OTHER_ORDERS, current, order):
        return None
    if not order.email_key:
        return ()
    return other_orders(db.session, shop_id=g.shop.id, email_key=order.email_key, order_id=order.id)
