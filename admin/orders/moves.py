"""注文の状態: canceling, holding, returning an order, each a resource of its own that is posted to."""

from functools import partial
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField

from admin.blueprint import blueprint
from admin.ground.door import needs
from admin.orders.scope import SeenForm, act, has_status, require_order, to_order
from portal.extensions import db
from portal.models import Order
from portal.orders import verbs
from portal.orders.rules.offers import Offer, offers
from portal.payments.reading import class_of
from portal.payments.rules.methods import PaymentClass
from portal.receipts import ledger
from portal.values.roles import Role
from portal.values.states import OrderStatus
from portal.web.fields import SelectChoice


class CancelForm(SeenForm):
    allow_code_again = BooleanField(_l("同じ受注コードで新しい注文を登録できるようにする"))


class ReturnForm(SeenForm):
    kind = RadioField(
        _l("返品の進め方"),
        choices=[
            SelectChoice("returned", _l("返品済みにする（返品とお支払いの取り消しが済んでいる）")),
            SelectChoice("pending", _l("返品待ちにする（後払い会社の取り消しを待つ）")),
        ],
    )


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/cancellation")
@needs(Role.OPERATOR)
def confirm_cancellation(order_id: UUID) -> str | Response:
    order = require_order(order_id)
    if Offer.CANCEL not in _offers(order):
        return to_order(order.id)
    return _page("cancel", order, CancelForm())


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/cancellation")
@needs(Role.OPERATOR)
def cancel_order(order_id: UUID) -> Response:
    again = bool(CancelForm().allow_code_again.data)
    return act(
        order_id,
        partial(verbs.cancel, allow_code_again=again),
        done=_("注文をキャンセルしました。"),
        is_done=lambda order: order.status == OrderStatus.CANCELED and not (again and order.code_live),
    )


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/code-release")
@needs(Role.OPERATOR)
def release_code(order_id: UUID) -> Response:
    order = require_order(order_id)
    if order.status != OrderStatus.CANCELED:
        # The verb would cancel the order.
        return to_order(order.id)
    return act(
        order_id,
        partial(verbs.cancel, allow_code_again=True),
        done=_("同じ受注コードで新しい注文を登録できるようにしました。"),
        is_done=lambda order: not order.code_live,
    )


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/hold")
@needs(Role.OPERATOR)
def hold_order(order_id: UUID) -> Response:
    return act(order_id, verbs.hold, done=_("注文を保留にしました。"), is_done=has_status(OrderStatus.ON_HOLD))


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/resumption")
@needs(Role.OPERATOR)
def resume_order(order_id: UUID) -> Response:
    return act(
        order_id,
        verbs.resume,
        done=_("保留を解除しました。"),
        is_done=has_status(OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING),
    )


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/return")
@needs(Role.OPERATOR)
def confirm_return(order_id: UUID) -> str | Response:
    order = require_order(order_id)
    if Offer.RETURN not in _offers(order):
        return to_order(order.id)
    waits = order.status == OrderStatus.SHIPPED and class_of(g.shop, order) is PaymentClass.DEFERRED
    return _page("return", order, ReturnForm(kind="pending" if waits else "returned"))


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/return")
@needs(Role.OPERATOR)
def return_order(order_id: UUID) -> Response:
    form = ReturnForm()
    if form.kind.data == "pending":
        return act(
            order_id,
            verbs.await_return,
            done=_("注文を返品待ちにしました。お支払いの取り消しが済んだら「返品済み」にしてください。"),
            is_done=has_status(OrderStatus.RETURN_PENDING),
        )
    if form.kind.data != "returned":
        return redirect(url_for(".confirm_return", order_id=require_order(order_id).id), 303)
    return act(
        order_id,
        verbs.mark_returned,
        done=_("注文を返品済みにしました。"),
        is_done=has_status(OrderStatus.RETURNED),
    )


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/return-withdrawal")
@needs(Role.OPERATOR)
def withdraw_return(order_id: UUID) -> Response:
    return act(
        order_id,
        verbs.withdraw_return,
        done=_("返品を取りやめ、出荷済みに戻しました。"),
        is_done=has_status(OrderStatus.SHIPPED),
    )


def _offers(order: Order) -> frozenset[Offer]:
    return offers(OrderStatus(order.status), code_live=order.code_live)


def _page(name: str, order: Order, form: SeenForm) -> str:
    form.show(order)
    return render_template(
        f"admin/orders/{name}.html",
        order=order,
        form=form,
        has_receipt=bool(ledger.live_receipts(db.session, order.id)),
    )
