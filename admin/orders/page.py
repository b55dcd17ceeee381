"""注文: everything about one order on one page, and its papers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g, render_template
from sqlalchemy import select

from admin.audit.history import history_of_order
from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs
from admin.ground.services import mailroom, secret
from admin.orders.papers import open_paper
from admin.orders.scope import require_order
from admin.settings.words import PAYMENT_STATES
from portal.access import overview
from portal.access.rules.contact import full_contact
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import BuyerRequest, Order, OrderShipment, Rendition
from portal.notifications.mails import mails_of
from portal.orders.page import OrderPage, load_page
from portal.orders.rules.offers import offers
from portal.orders.sums import sums_of
from portal.payments.movements import movements_of
from portal.payments.reading import class_of, state_of
from portal.receipts import papers
from portal.receipts.desk import receipts_section
from portal.receipts.drafting import settlement_of
from portal.shipments.cards import cards
from portal.shipments.rules.carriers import check_digit_ok, number_shape_ok, slot_of
from portal.shipments.standing import standing
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.states import OrderStatus
from portal.web.languages import translate
from portal.words.states import unusable_words

HISTORY = 50


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>")
@needs(Role.VIEWER)
def show_order(order_id: UUID) -> str:
    order = require_order(order_id)
    note_look("order.viewed", "order", order.id)
    page = load_page(db.session, order.id)
    instant = now()
    today = tokyo_date(instant)
    return render_template(
        "admin/orders/order.html",
        order=order,
        page=page,
        seen_at=instant.isoformat(),
        today=today,
        standing=standing(page, today),
        cards=cards(page, today, translate),
        shared=_sharing(page),
        slot_of=slot_of,
        number_is_odd=_number_is_odd,
        sums=sums_of(g.shop, page),
        contact=full_contact(order),
        unusable=unusable_words(order.unusable),
        offers=offers(OrderStatus(order.status), code_live=order.code_live),
        payment_class=class_of(g.shop, order),
        payment_state=state_of(g.shop, order),
        payment_states=PAYMENT_STATES,
        money=movements_of(db.session, order),
        refunds_known=not order.refunded or settlement_of(g.shop, order) is not None,
        receipts=receipts_section(db.session, g.shop, order),
        requests=_requests(order),
        mails=mails_of(db.session, g.shop, order),
        history=history_of_order(db.session, g.shop, order.id, limit=HISTORY),
        **_access(order),
    )


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/statement")
@needs(Role.VIEWER)
def show_statement(order_id: UUID) -> Response:
    return _opened(require_order(order_id), "statement.viewed", papers.request_statement, "購入明細書")


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/delivery-note")
@needs(Role.VIEWER)
def show_delivery_note(order_id: UUID) -> Response:
    """Open the delivery note, whether or not the shop lets its buyers have it."""
    return _opened(require_order(order_id), "delivery_note.viewed", papers.request_delivery_note, "納品書")


def _opened(order: Order, look: str, request_paper: Callable[..., Rendition], name: str) -> Response:
    note_look(look, "order", order.id)
    with writing_session() as writing:
        paper = request_paper(writing, g.shop, order, full_contact(order), now())
    return open_paper(paper, f"{order.code}_{name}.pdf")


def _access(order: Order) -> dict[str, Any]:
    instant = now()
    seen = overview.tries(db.session, order, secret=secret())
    return {
        "order_url": mailroom().order_url(g.shop, order),
        "opening": overview.opening(db.session, g.shop, order, tokyo_date(instant)),
        "tries": seen,
        "locks": overview.locks_of(db.session, order, seen, secret=secret(), now=instant),
        "in_now": overview.in_now(db.session, order, instant),
    }


def _requests(order: Order) -> list[BuyerRequest]:
    """Return the buyer's requests about the order, newest first."""
    query = select(BuyerRequest).filter_by(shop_id=g.shop.id, order_id=order.id)
    return list(db.session.scalars(query.order_by(BuyerRequest.created_at.desc())))


def _sharing(page: OrderPage) -> dict[UUID, list[Order]]:
    """Return parcel → the other orders in it (同梱)."""
    bundled = [parcel.id for parcel in page.parcels if parcel.order_count > 1]
    found: dict[UUID, list[Order]] = {}
    if bundled:
        rows = db.session.execute(
            select(OrderShipment.shipment_id, Order)
            .join(Order, Order.id == OrderShipment.order_id)
            .where(OrderShipment.shipment_id.in_(bundled), Order.id != page.id)
            .order_by(Order.code)
        )
        for shipment_id, other in rows:
            found.setdefault(shipment_id, []).append(other)
    return found


def _number_is_odd(carrier: str, number: str) -> bool:
    """Return whether to warn: the number has not the shape of the carrier's, or its check digit does not fit."""
    return bool(number) and (not number_shape_ok(carrier, number) or check_digit_ok(carrier, number) is False)
