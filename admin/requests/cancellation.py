"""解約のお申し込み: canceling what a buyer asked to cancel and answering it, in one go."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.services import mailroom
from admin.requests.views import can_be_canceled, require_request
from admin.subscriptions.moves import OTHER, ReasonForm
from admin.subscriptions.scope import seen_version, stale_words
from admin.subscriptions.words import refusal_words, state_names
from portal.access import requests
from portal.access.requests import RequestKind
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import BuyerRequest, Order, Subscription
from portal.subscriptions.changes import stopping
from portal.subscriptions.overview import made_orders
from portal.subscriptions.record import shop_rules
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.terms.reasons import Kind
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.web.fields import tidied_lines
from portal.web.look import day_text

Page = str | tuple[str, int] | Response


class RequestedCancelForm(ReasonForm):
    reply = TextAreaField(
        _l("お客さまへの返信"),
        filters=[tidied_lines],
        validators=[Length(max=2000, message=_l("2,000文字までで入力してください。"))],
    )


@blueprint.get("/shops/<slug>/requests/<uuid:request_id>/cancellation")
@needs(Role.OPERATOR)
def confirm_requested_cancellation(request_id: UUID) -> Page:
    asked, order = require_request(request_id)
    subscription = _wanted(asked)
    if subscription is None:
        return _nothing_to_cancel(request_id)
    form = RequestedCancelForm(formdata=None, data=_begun(asked, subscription))
    return _page(asked, order, subscription, form)


@blueprint.post("/shops/<slug>/requests/<uuid:request_id>/cancellation")
@needs(Role.OPERATOR)
def carry_out_requested_cancellation(request_id: UUID) -> Page:
    """Cancel the subscription and close the request, both or neither. An empty answer closes it without a mail."""
    asked, order = require_request(request_id)
    subscription = _wanted(asked)
    if subscription is None:
        return _nothing_to_cancel(request_id)
    form = RequestedCancelForm()
    form.offer(Kind.CANCEL)
    version = seen_version()
    if not form.validate():
        return _page(asked, order, subscription, form, version=version), 422
    actor, instant, text = staff_actor(), now(), form.reply.data or ""
    try:
        stopping.cancel(
            db.session,
            subscription,
            reason=form.said,
            asked_at=asked.created_at,
            seen_version=version,
            actor=actor,
            now=instant,
        )
    except RefusedError as error:
        db.session.rollback()
        return _page(asked, order, subscription, form, refusal=refusal_words(error.code)), 409
    except StaleError:
        db.session.rollback()
        return _page(asked, order, subscription, form, refusal=stale_words(subscription)), 409
    if text and requests.reply_address(asked, order):
        closed = requests.answer(db.session, g.shop, order, asked, text, mailroom=mailroom(), actor=actor, now=instant)
    else:
        closed = requests.resolve(db.session, asked, actor=actor, now=instant)
    if not closed:
        db.session.rollback()
        return _nothing_to_cancel(request_id)
    db.session.commit()
    nudge("send_mails")
    flash(_("キャンセルしました。"), "good")
    return redirect(url_for(".show_request", request_id=request_id), 303)


def _wanted(asked: BuyerRequest) -> Subscription | None:
    """Return the subscription to cancel, or None if it has stopped already or somebody has answered."""
    return asked.subscription if asked.kind == RequestKind.CANCELLATION and can_be_canceled(asked) else None


def _nothing_to_cancel(request_id: UUID) -> Response:
    flash(_("この申し込みは、もう対応済みか、定期購入がすでに止まっています。"), "wrong")
    return redirect(url_for(".show_request", request_id=request_id), 303)


def _begun(asked: BuyerRequest, subscription: Subscription) -> dict[str, str]:
    """Return the form's first data: the buyer's own reason, and an answer that can be sent as it is."""
    sentences = [
        _(
            "%(day)sにお申し込みいただいた定期購入（定期購入番号 %(number)s）の解約を承りました。",
            day=day_text(tokyo_date(asked.created_at)),
            number=subscription.number,
        ),
        _("これから新しいご注文は作られません。"),
    ]
    # Of an order that was made since, staff decide: the cancellation counts from the request.
    codes = [order.code for order in _coming(subscription) if order.created_at < asked.created_at]
    if codes:
        sentences.append(
            _("すでにご用意しているご注文（%(codes)s）は、そのままお届けします。", codes=_("、").join(codes))
        )
    return {"reply": "\n".join(map(str, sentences)), "reason": OTHER if asked.text else "", "words": asked.text[:100]}


def _page(
    asked: BuyerRequest,
    order: Order,
    subscription: Subscription,
    form: RequestedCancelForm,
    *,
    refusal: str = "",
    version: int | None = None,
) -> str:
    """Render the page.

    `version`: that of the page before, if its form only has to be corrected; None for the current one, which is shown.
    """
    if not form.reason.choices:
        form.offer(Kind.CANCEL)
    context: dict[str, Any] = {"asked": asked, "subscription": subscription, "form": form, "refusal": refusal}
    return render_template(
        "admin/requests/cancel.html",
        **context,
        version=subscription.version if version is None else version,
        names=state_names(shop_rules.of_shop(db.session, g.shop.id).status_names),
        address=requests.reply_address(asked, order),
        coming=_coming(subscription),
    )


def _coming(subscription: Subscription) -> list[Order]:
    return [one.order for one in made_orders.to_come(db.session, subscription, tokyo_date(now()))]
