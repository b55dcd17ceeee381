"""お店へのご連絡: what the buyer cannot do alone on this page."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import AnyOf, Length

from portal.access import requests
from portal.access.requests import RequestKind, TooManyError
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import BuyerRequest, Order
from portal.mypage import blueprint
from portal.mypage.loader import order_url, require_order, visit_actor
from portal.typed import plain, plain_lines
from portal.values.ids import uuid_or_none

MOST_TEXT = 1000
KINDS = {
    RequestKind.NO_EMAIL: _l("確認コードのメールを受け取れない"),
    RequestKind.RECEIPT: _l("領収書について"),
    RequestKind.DETAILS: _l("住所や電話番号を直したい"),
    RequestKind.OTHER: _l("そのほか"),
}


class RequestForm(FlaskForm):
    kind = RadioField(
        _l("どのようなことですか"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validate_choice=False,
        validators=[AnyOf([kind.value for kind in KINDS], message=_l("どれか1つを選んでください。"))],
    )
    text = TextAreaField(
        _l("ご用件"),
        filters=[plain_lines],
        validators=[Length(max=MOST_TEXT, message=_l("1,000文字までで入力してください。"))],
    )
    reply_to = StringField(
        _l("ご返事先（電話番号またはメールアドレス）"),
        filters=[plain],
        validators=[Length(max=254, message=_l("長すぎるようです。電話番号かメールアドレスだけを入力してください。"))],
    )

    def __init__(self, order: Order, **more: Any) -> None:
        super().__init__(**more)
        self._reachable = bool(order.phone or order.email_key)

    def validate_text(self, field: TextAreaField) -> None:
        if self.kind.data == RequestKind.OTHER and not field.data:
            raise ValidationError(str(_l("ご用件を入力してください。")))

    def validate_reply_to(self, field: StringField) -> None:
        if not self._reachable and not field.data:
            raise ValidationError(str(_l("お店からご返事する電話番号かメールアドレスを入力してください。")))


@blueprint.get("/requests/new")
def new_request() -> str:
    order = require_order(_asked_order())
    kind = request.args.get("kind", "")
    form = RequestForm(order, data={"kind": kind if kind in KINDS else RequestKind.OTHER})
    return _page(order, form)


@blueprint.post("/requests/new")
def create_request() -> Response:
    order = require_order(_asked_order())
    form = RequestForm(order)
    if not form.validate():
        return make_response(_page(order, form), 422)
    try:
        created = requests.create(
            db.session,
            g.shop,
            order,
            kind=RequestKind(form.kind.data),
            text=form.text.data or "",
            reply_to=form.reply_to.data or "",
            mailroom=current_app.extensions["mailroom"],
            actor=visit_actor(),
            now=now(),
        )
    except TooManyError:
        db.session.rollback()
        return make_response(_page(order, form, too_many=True), 429)
    db.session.commit()
    nudge("send_mails")
    return redirect(url_for(".show_request", request_id=created.id), 303)


@blueprint.get("/requests/<uuid:request_id>")
def show_request(request_id: UUID) -> str:
    found = db.session.scalar(select(BuyerRequest).filter_by(shop_id=g.shop.id, id=request_id))
    # An unknown request's order is as unknown as any: the loader decides what an anonymous visitor gets to see.
    order = require_order(found.order_id if found else request_id)
    if found is None:
        abort(404)
    return render_template(
        "mypage/requests/sent.html",
        order=order,
        sent=found,
        kind=KINDS[RequestKind(found.kind)],
        back=order_url(order.id),
    )


def _asked_order() -> UUID:
    return uuid_or_none(request.args.get("order")) or abort(404)


def _page(order: Order, form: RequestForm, *, too_many: bool = False) -> str:
    return render_template(
        "mypage/requests/new.html",
        order=order,
        form=form,
        action=url_for(".create_request", order=order.id),
        back=order_url(order.id),
        too_many=too_many,
    )
