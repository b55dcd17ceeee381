"""Corrections that staff make to an order: payment, tax rates, the buyer's data; and settling 要対応."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.orders.facts_form import BuyerForm, PaymentForm, RatesForm, rates_form
from admin.orders.scope import act, lock_order, require_order, stale_words, to_order
from portal.access.correcting import Buyer, correct_buyer
from portal.clock import now
from portal.extensions import db
from portal.models import Order
from portal.orders import attention
from portal.orders.rates import set_rates
from portal.payments.deciding import decide
from portal.payments.rules.methods import PaymentClass, classify
from portal.payments.rules.payment_states import PaymentState
from portal.values.roles import Role
from portal.values.tax import PointsMode, Rounding

Page = str | tuple[str, int] | Response
MOST_RATES = 1000
"""Most lines of one order whose rates are asked for on one page."""


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/attention")
@needs(Role.OPERATOR)
def settle_attention(order_id: UUID) -> Response:
    reason = request.form.get("reason", "")
    return act(
        order_id,
        partial(_settle, reason=reason),
        done=_("確認済みにしました。"),
        is_done=lambda order: not order.needs_attention,
    )


def _settle(session: Any, order: Order, *, reason: str, actor: str, now: Any) -> bool:
    return attention.resolve(session, order, reason, actor=actor, now=now)


def _saved(order: Order, done: str) -> Response:
    db.session.commit()
    flash(done, "good")
    return to_order(order.id)


# --- payment ---------------------------------------------------------------------------------------------------------
@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/payment")
@needs(Role.OPERATOR)
def show_payment(order_id: UUID) -> str:
    order = require_order(order_id)
    form = PaymentForm(state=order.payment_state, payment_class=order.payment_class)
    return _payment_page(order, form)


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/payment")
@needs(Role.OPERATOR)
def decide_payment(order_id: UUID) -> Page:
    order, form = lock_order(order_id), PaymentForm()
    if not form.validate():
        return _payment_page(order, form), 422
    decided = {"state": form.state.data, "payment_class": form.payment_class.data or ""}
    if form.is_stale(order) and decided != {"state": order.payment_state, "payment_class": order.payment_class}:
        return _payment_page(order, form, stale=stale_words(order, form)), 409
    decide(
        db.session,
        order,
        state=PaymentState(decided["state"]),
        payment_class=PaymentClass(decided["payment_class"]) if decided["payment_class"] else None,
        actor=staff_actor(),
        now=now(),
    )
    return _saved(order, _("支払いの確認を保存しました。"))


def _payment_page(order: Order, form: PaymentForm, stale: str = "") -> str:
    form.show(order)
    words = {words: PaymentClass(kind) for words, kind in g.shop.payment_words.items()}
    as_read = classify(order.payment_method, words)
    return render_template("admin/orders/payment.html", order=order, form=form, as_read=as_read, stale=stale)


# --- tax rates -------------------------------------------------------------------------------------------------------
@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/rates")
@needs(Role.OPERATOR)
def show_rates(order_id: UUID) -> str:
    order = require_order(order_id)
    return _rates_page(order, rates_form(order))


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/rates")
@takes(parts=MOST_RATES)
@needs(Role.OPERATOR)
def set_order_rates(order_id: UUID) -> Page:
    order = lock_order(order_id)
    form = rates_form(order)
    if not form.validate():
        return _rates_page(order, form), 422
    if form.is_stale(order) and form.asks_anything:
        stale = stale_words(order, form)
        return _rates_page(order, form, stale=stale), 409
    set_rates(
        db.session,
        order,
        form.rates,
        form.fees,
        rounding=Rounding(g.shop.rounding),
        points_mode=PointsMode(g.shop.points_mode),
        actor=staff_actor(),
        now=now(),
    )
    return _saved(order, _("税率を保存しました。"))


def _rates_page(order: Order, form: RatesForm, stale: str = "") -> str:
    form.show(order)
    return render_template("admin/orders/rates.html", order=order, form=form, stale=stale)


# --- the buyer's data ------------------------------------------------------------------------------------------------
@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/buyer")
@needs(Role.OPERATOR)
def show_buyer(order_id: UUID) -> str:
    order = require_order(order_id)
    note_look("order.viewed", "order", order.id)
    return _buyer_page(order, BuyerForm(obj=order))


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/buyer")
@needs(Role.OPERATOR)
def correct_order_buyer(order_id: UUID) -> Page:
    order, form = lock_order(order_id), BuyerForm()
    if not form.validate():
        return _buyer_page(order, form), 422
    said = {name: getattr(form, name).data or "" for name in ("buyer_name", "buyer_kana", "phone", "email")}
    if form.is_stale(order) and any(getattr(order, name) != text for name, text in said.items()):
        return _buyer_page(order, form, stale=stale_words(order, form)), 409
    correct_buyer(db.session, g.shop, order, Buyer(**said), actor=staff_actor(), now=now())
    return _saved(order, _("購入者の情報を保存しました。"))


def _buyer_page(order: Order, form: BuyerForm, stale: str = "") -> str:
    form.show(order)
    return render_template("admin/orders/buyer.html", order=order, form=form, stale=stale)
