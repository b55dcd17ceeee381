"""お客さまからのご連絡: what buyers ask of the shop, answered by mail or seen to otherwise."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.services import mailroom
from admin.subscriptions.words import state_names
from portal.access import requests
from portal.access.requests import RequestKind
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import BuyerRequest, Order, Staff, SubscriptionChange
from portal.subscriptions.cancellation import by_buyer
from portal.subscriptions.record import shop_rules
from portal.values.roles import Role
from portal.web.fields import tidied_lines

Page = str | tuple[str, int] | Response
A_PAGE = 50


class AnswerForm(FlaskForm):
    text = TextAreaField(
        _l("返信"),
        filters=[tidied_lines],
        validators=[
            DataRequired(_l("返信を入力してください。")),
            Length(max=2000, message=_l("2,000文字までで入力してください。")),
        ],
    )


@blueprint.get("/shops/<slug>/requests")
@needs(Role.VIEWER)
def show_requests() -> str:
    """Show the requests that wait, oldest first, or those that are closed, newest first."""
    closed = request.args.get("state") == "closed"
    waits = BuyerRequest.answered_at.is_(None)
    rows = db.session.execute(
        select(BuyerRequest, Order)
        .join(Order, Order.id == BuyerRequest.order_id)
        .where(BuyerRequest.shop_id == g.shop.id, ~waits if closed else waits)
        .order_by(BuyerRequest.answered_at.desc() if closed else BuyerRequest.created_at, BuyerRequest.id)
        .limit(A_PAGE + 1)
    ).all()
    return render_template(
        "admin/requests/list.html", rows=rows[:A_PAGE], more=len(rows) > A_PAGE, closed=closed, names=_state_names()
    )


@blueprint.get("/shops/<slug>/requests/<uuid:request_id>")
@needs(Role.VIEWER)
def show_request(request_id: UUID) -> str:
    asked, order = require_request(request_id)
    note_look("request.viewed", "request", asked.id)
    return request_page(asked, order, AnswerForm())


@blueprint.post("/shops/<slug>/requests/<uuid:request_id>/answer")
@needs(Role.OPERATOR)
def answer_request(request_id: UUID) -> Page:
    asked, order = require_request(request_id)
    form = AnswerForm()
    if not form.validate():
        return request_page(asked, order, form), 422
    if not requests.reply_address(asked, order):
        flash(_("メールアドレスが分からないので、返信を送れません。お電話などでご連絡ください。"), "wrong")
        return request_page(asked, order, form), 409
    text = form.text.data or ""
    done = requests.answer(db.session, g.shop, order, asked, text, mailroom=mailroom(), actor=staff_actor(), now=now())
    if not done and asked.answer != text:
        # Somebody was quicker; what was typed stays to be read.
        db.session.rollback()
        return request_page(asked, order, form, too_late=True), 409
    db.session.commit()
    nudge("send_mails")
    flash(_("返信を送りました。"), "good")
    return redirect(url_for(".show_request", request_id=request_id), 303)


@blueprint.post("/shops/<slug>/requests/<uuid:request_id>/settlement")
@needs(Role.OPERATOR)
def settle_request(request_id: UUID) -> Response:
    asked, _order = require_request(request_id)
    requests.resolve(db.session, asked, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("対応済みにしました。"), "good")
    return redirect(url_for(".show_request", request_id=request_id), 303)


def require_request(request_id: UUID) -> tuple[BuyerRequest, Order]:
    row = db.session.execute(
        select(BuyerRequest, Order)
        .join(Order, Order.id == BuyerRequest.order_id)
        .where(BuyerRequest.id == request_id, BuyerRequest.shop_id == g.shop.id)
    ).one_or_none()
    return (row[0], row[1]) if row else abort(404)


def request_page(asked: BuyerRequest, order: Order, form: AnswerForm, *, too_late: bool = False) -> str:
    kind, _colon, key = asked.answered_by.partition(":")
    by = db.session.get(Staff, UUID(key)) if kind == "staff" else None
    return render_template(
        "admin/requests/request.html",
        asked=asked,
        order=order,
        form=form,
        address=requests.reply_address(asked, order),
        by=by.name if by else "",
        too_late=too_late,
        **_about(asked),
    )


def _about(asked: BuyerRequest) -> dict[str, Any]:
    """Return the context: the subscription that is meant, and the receipt of the change that the buyer got."""
    receipt = _receipt(asked)
    return {
        "subscription": asked.subscription,
        "names": _state_names(),
        "change": receipt,
        "cancellation": by_buyer.frozen(receipt) if receipt and by_buyer.FROZEN in receipt.facts else None,
        "can_cancel": asked.kind == RequestKind.CANCELLATION and can_be_canceled(asked),
    }


def can_be_canceled(asked: BuyerRequest) -> bool:
    """Return whether the request waits for an answer and its subscription can still be canceled."""
    subscription = asked.subscription
    if subscription is None or subscription.deleted_at is not None or asked.answered_at is not None:
        return False
    return by_buyer.is_possible(subscription)


def _receipt(asked: BuyerRequest) -> SubscriptionChange | None:
    mine = select(SubscriptionChange).filter_by(shop_id=asked.shop_id, subscription_id=asked.subscription_id)
    if asked.kind == RequestKind.NOT_ME:
        # The text begins with the number of the change that somebody else made.
        return db.session.scalar(mine.filter_by(number=asked.text.partition(" ")[0]))
    return db.session.scalar(mine.filter_by(request_id=asked.id).limit(1))


def _state_names() -> dict[str, str]:
    return state_names(shop_rules.of_shop(db.session, g.shop.id).status_names)
