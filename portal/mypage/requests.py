"""お店へのご連絡: the form by which buyers ask the shop for what they cannot do alone on their page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, Length

from portal.access import requests
from portal.access.requests import RequestKind, TooManyError
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import BuyerRequest, Order, Subscription
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import require_order, sees_parcel_only, visit_actor
from portal.mypage.subscriptions.loader import page_url, query_of, require_subscription
from portal.subscriptions.rules.allowances import Change
from portal.values.ids import uuid_or_none
from portal.web.fields import SelectChoice, tidied, tidied_lines
from portal.web.redirects import go_to
from portal.words.change import change_name

MOST_TEXT = 1000
CHOICES = {
    RequestKind.DELIVERY: _l("お届けについて"),
    RequestKind.PAYMENT: _l("お支払いについて"),
    RequestKind.RECEIPT: _l("領収書について"),
    RequestKind.DETAILS: _l("住所・電話番号の変更"),
    RequestKind.NO_EMAIL: _l("確認コードのメールを受け取れない"),
    RequestKind.OTHER: _l("その他"),
}
KINDS: Mapping[RequestKind, Any] = CHOICES | {
    RequestKind.SUBSCRIPTION: _l("定期購入について"),
    RequestKind.CANCELLATION: _l("定期購入の解約のお申し込み"),
    RequestKind.NOT_ME: _l("心当たりのない変更"),
}
OF_SUBSCRIPTION = frozenset({RequestKind.SUBSCRIPTION, RequestKind.NO_EMAIL})
"""Kinds of request about a subscription that this form takes; a cancellation has a page of its own."""


@dataclass(frozen=True)
class About:
    order: Order
    """Order through which the buyer came."""
    subscription: Subscription | None = None

    @property
    def is_reachable(self) -> bool:
        return requests.is_reachable(self.order, self.subscription)

    @property
    def form_url(self) -> str:
        return url_for(".create_request", **query_of(self.order, self.subscription))

    @property
    def back(self) -> str:
        return page_url(self.order, self.subscription)


class RequestForm(FlaskForm):
    kind = RadioField(
        _l("お問い合わせの種類"),
        choices=[SelectChoice(kind.value, words) for kind, words in CHOICES.items()],
        validate_choice=False,
        validators=[AnyOf([kind.value for kind in CHOICES], message=_l("お問い合わせの種類を1つ選んでください。"))],
    )
    text = TextAreaField(
        _l("お問い合わせの内容"),
        filters=[tidied_lines],
        validators=[Length(max=MOST_TEXT, message=_l("1,000文字以内で入力してください。"))],
    )
    reply_to = StringField(
        _l("返信先（電話番号またはメールアドレス）"),
        filters=[tidied],
        validators=[Length(max=254, message=_l("電話番号かメールアドレスだけを入力してください。"))],
    )

    def __init__(self, about: About, **more: Any) -> None:
        super().__init__(**more)
        self._reachable = about.is_reachable
        if about.subscription:
            # The subject is known already, so only the kinds about a subscription are offered.
            self.kind.choices = [SelectChoice(kind.value, KINDS[kind]) for kind in OF_SUBSCRIPTION]
            self.kind.validators = [AnyOf(list(OF_SUBSCRIPTION))]

    def validate_text(self, field: TextAreaField) -> None:
        if self.kind.data in (RequestKind.OTHER, RequestKind.SUBSCRIPTION) and not field.data:
            raise ValidationError(str(_l("お問い合わせの内容を入力してください。")))

    def validate_reply_to(self, field: StringField) -> None:
        if not self._reachable and not field.data:
            raise ValidationError(str(_l("当店から返信する電話番号かメールアドレスを入力してください。")))


@blueprint.app_template_global()
def ask_url(kind: str = "") -> str | None:
    """Return the address of the form to ask the shop about what this page shows, or None if nothing is proved on it."""
    about = g.get("about")
    return url_for("mypage.new_request", **about, kind=kind or None) if about else None


@blueprint.get("/requests/new")
def new_request() -> str:
    about = require_about()
    return page(about, RequestForm(about, data=wished(about)))


@blueprint.post("/requests/new")
def create_request() -> Response:
    about = require_about()
    form = RequestForm(about)
    if not form.validate():
        return make_response(page(about, form), 422)
    try:
        created = requests.create(
            db.session,
            g.shop,
            about.order,
            subscription=about.subscription,
            kind=RequestKind(form.kind.data),
            text=form.text.data or "",
            reply_to=form.reply_to.data or "",
            mailroom=current_app.extensions["mailroom"],
            actor=visit_actor(),
            now=now(),
            language=str(get_locale()),
        )
    except TooManyError:
        db.session.rollback()
        return make_response(page(about, form, too_many=True), 429)
    db.session.commit()
    nudge("send_mails")
    return redirect(url_for(".show_request", request_id=created.id), 303)


@blueprint.get("/requests/<uuid:request_id>")
def show_request(request_id: UUID) -> str:
    found = db.session.scalar(select(BuyerRequest).filter_by(shop_id=g.shop.id, id=request_id))
    if found is not None and found.subscription_id:
        reached = require_subscription(found.subscription_id)
        about = About(reached.order, reached.subscription)
    else:
        # An unknown request is treated as an unknown order: the loader decides what an anonymous visitor gets to see.
        about = About(require_order(found.order_id if found else request_id, even_closed=True, even_parcel_only=True))
    if found is None:
        abort(404)
    return render_template(
        "mypage/requests/sent.html",
        order=about.order,
        subscription=about.subscription,
        sent=found,
        # Name and code are proved, not who it was that asked.
        shows_words=not sees_parcel_only(),
        kind=KINDS[RequestKind(found.kind)],
        back=about.back,
    )


def require_about() -> About:
    """Return the subscription that `?subscription=` names, or else the order that `?order=` names.

    Neither the second step is required nor that the order's page is still open. End the request with 404 if neither is
    there, or with a redirect to the page of
    the cancellation if `?change=` asks for one.
    """
    subscription_id = uuid_or_none(request.args.get("subscription"))
    if subscription_id is None:
        order_id = uuid_or_none(request.args.get("order")) or abort(404)
        return About(require_order(order_id, even_closed=True, even_parcel_only=True))
    reached = require_subscription(subscription_id)
    if request.args.get("change") == Change.CANCEL:
        go_to(url_for(".show_cancel", subscription_id=subscription_id))
    return About(reached.order, reached.subscription)


def wished(about: About) -> dict[str, str]:
    """Return the form's first values, from what `?kind=` and `?change=` say that the buyer came for."""
    kind, change = request.args.get("kind", ""), request.args.get("change", "")
    if about.subscription is None:
        return {"kind": kind if kind in CHOICES else RequestKind.OTHER}
    text = str(_("「%(change)s」をお願いします。", change=change_name(change))) if change in set(Change) else ""
    return {"kind": kind if kind in OF_SUBSCRIPTION else RequestKind.SUBSCRIPTION, "text": text}


def page(about: About, form: RequestForm, *, too_many: bool = False) -> str:
    return render_template(
        "mypage/requests/new.html",
        order=about.order,
        subscription=about.subscription,
        form=form,
        is_reachable=about.is_reachable,
        action=about.form_url,
        back=about.back,
        too_many=too_many,
    )
