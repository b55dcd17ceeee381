"""A buyer's change, step by step: the form, what will happen, confirming, done. Nothing is stored before it is confirmed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID, uuid4

from flask import abort, current_app, g, make_response, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.access import second_step
from portal.access.second_step import Action
from portal.clock import now
from portal.extensions import db, reading
from portal.jobs import nudge
from portal.languages import locale
from portal.models import Subscription, SubscriptionChange
from portal.mypage import blueprint
from portal.mypage.loader import HTMX, go_to
from portal.mypage.subscription_change_forms import BuyersForm, HeldBackError
from portal.mypage.subscription_change_registry import FORMS
from portal.mypage.subscription_loader import Reached, require_change, require_subscription, subscription_url
from portal.mypage.subscription_previews import Preview, as_it_is, last_moment, preview, unshipped
from portal.mypage.subscription_words import refusal_words, why_words
from portal.subscriptions import change_mails, change_receipts, standings
from portal.subscriptions.allowances import Change, Verdict
from portal.subscriptions.carrying_out import NotAllowedError
from portal.subscriptions.coming import coming
from portal.subscriptions.refusals import RefusedError, StaleError
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_email

HERE = "/subscriptions/<uuid:subscription_id>/changes/<change>"
FOLLOWS = "follow"
"""In the query: only what follows the form while it is filled in."""


@blueprint.get(HERE)
def show_change(subscription_id: UUID, change: str) -> Response:
    """Where there is nothing to fill in, at once what will happen."""
    kind = _kind(change)
    reached = require_change(subscription_id)
    verdict = _verdict(reached.subscription, kind)
    if not verdict.allowed:
        return _refused_page(reached, kind, verdict)
    form = FORMS[kind](reached.subscription, _today())
    form.fill(reached.subscription)
    form.version.data = reached.subscription.version
    if form.template:
        return _form_page(reached, form)
    return _preview_page(reached, form)


@blueprint.post(HERE)
@reading
def preview_change(subscription_id: UUID, change: str) -> Response:
    kind = _kind(change)
    reached = require_change(subscription_id)
    verdict = _verdict(reached.subscription, kind)
    if not verdict.allowed:
        return _refused_page(reached, kind, verdict)
    form = FORMS[kind](reached.subscription, _today())
    if FOLLOWS in request.args:
        return _following(reached, form)
    if form.is_unfinished:
        return _form_page(reached, form)
    return _unready(reached, form) or _preview_page(reached, form)


@blueprint.get(f"{HERE}/confirm")
def after_confirm_change(subscription_id: UUID, change: str) -> NoReturn:
    """Where a change of language or a reload by address leads from an answer of the POST below."""
    go_to(url_for(".show_change", subscription_id=subscription_id, change=change))


@blueprint.post(f"{HERE}/confirm")
def confirm_change(subscription_id: UUID, change: str) -> Response:
    kind = _kind(change)
    reached = require_change(subscription_id)
    once_id = uuid_or_none(request.form.get("once")) or abort(400)
    done = _standing(reached.subscription, once_id)
    if done is not None:
        return _to_done(done)
    form = FORMS[kind](reached.subscription, _today())
    unready = _unready(reached, form)
    if unready is not None:
        return unready
    instant = now()
    try:
        proposal = form.proposal(reached.subscription)
        if preview(db.session, reached.subscription, proposal, g.shop.payment_words, now=instant).is_same:
            return _preview_page(reached, form, status=422)
        receipts = form.carry_out(reached, proposal, once_id=once_id, seen_version=form.version.data or 0, now=instant)
        _tell(reached, receipts, now=instant)
    except HeldBackError:
        db.session.commit()
        nudge("send_mails")
        return _preview_page(reached, form, status=422)
    except NotAllowedError as error:
        return _refused_page(reached, kind, error.verdict)
    except RefusedError as error:
        db.session.rollback()
        if not form.template:
            return _preview_page(reached, form, status=422)
        return _form_page(reached, form, refused=_refuse(form, error), status=422)
    except StaleError:
        db.session.rollback()
        return _stale_page(reached, form)
    db.session.commit()
    form.after_commit()
    nudge("send_mails")
    return _to_done(receipts[0])


@blueprint.get("/subscriptions/<uuid:subscription_id>/done/<uuid:receipt_id>")
def show_done_change(subscription_id: UUID, receipt_id: UUID) -> str:
    reached = require_subscription(subscription_id)
    mine = select(SubscriptionChange).filter_by(id=receipt_id, subscription_id=subscription_id)
    receipt = db.session.scalar(mine) or abort(404)
    to_come = [one for one in coming(db.session, reached.subscription, _today()) if not one.skipped]
    return render_template(
        "mypage/subscription_changes/done.html",
        **_commons(reached, Change(receipt.kind)),
        receipt=receipt,
        next_one=to_come[0] if to_come else None,
        email=mask_email(reached.subscription.email),
    )


def _tell(reached: Reached, receipts: Sequence[SubscriptionChange], *, now: datetime) -> None:
    """Of each by mail, in the transaction of the change."""
    for receipt in receipts:
        change_mails.tell(
            db.session,
            current_app.extensions["mailroom"],
            g.shop,
            db.session.get_one(Subscription, receipt.subscription_id),
            reached.order,
            receipt,
            language=locale(),
            now=now,
        )


def _unready(reached: Reached, form: BuyersForm) -> Response | None:
    """The page that says why what was sent cannot even be tried."""
    if form.version.data != reached.subscription.version:
        return _stale_page(reached, form)
    if not form.validate():
        return _form_page(reached, form, status=422)
    return None


def _kind(change: str) -> Change:
    return next((kind for kind in FORMS if kind == change), None) or abort(404)


def _today() -> date:
    return tokyo_date(now())


def _verdict(subscription: Subscription, kind: Change) -> Verdict:
    return standings.verdicts(db.session, subscription, _today())[kind]


def _standing(subscription: Subscription, once_id: UUID) -> SubscriptionChange | None:
    try:
        return change_receipts.standing(db.session, subscription, once_id)
    except LookupError:
        abort(404)


def _to_done(receipt: SubscriptionChange) -> NoReturn:
    go_to(url_for(".show_done_change", subscription_id=receipt.subscription_id, receipt_id=receipt.id))


def _refuse(form: BuyersForm, error: RefusedError) -> str:
    """What has to be said above the form."""
    sentence = refusal_words(error.code)
    return "" if form.refuse(error.field, sentence) else sentence


def _foreseen(reached: Reached, form: BuyersForm) -> tuple[Preview | None, str]:
    """Of a valid form; what the verbs refuse stands beside its field, or is returned."""
    try:
        proposal = form.proposal(reached.subscription)
        return preview(db.session, reached.subscription, proposal, g.shop.payment_words, now=now()), ""
    except RefusedError as error:
        return None, _refuse(form, error)


# --- the pages -------------------------------------------------------------------------------------------------------
def _commons(reached: Reached, kind: Change) -> dict[str, Any]:
    return {
        "subscription": reached.subscription,
        "order": reached.order,
        "change": kind,
        "back": subscription_url(reached.subscription.id),
        "here": url_for(".show_change", subscription_id=reached.subscription.id, change=kind),
        "confirm_url": url_for(".confirm_change", subscription_id=reached.subscription.id, change=kind),
        "follow_url": url_for(".preview_change", subscription_id=reached.subscription.id, change=kind, follow=1),
    }


def _form_page(
    reached: Reached, form: BuyersForm, *, refused: str = "", stale: bool = False, status: int = 200
) -> Response:
    page = render_template(
        "mypage/subscription_changes/form.html",
        **_commons(reached, form.change),
        form=form,
        refused=refused,
        stale=stale,
        until=last_moment(_verdict(reached.subscription, form.change)),
        **as_it_is(db.session, reached.subscription, _today()),
    )
    return make_response(page, status)


def _following(reached: Reached, form: BuyersForm) -> Response:
    """The partial below a form that is being filled in."""
    found, refused = _foreseen(reached, form) if form.validate() else (None, "")
    page = render_template(
        "mypage/subscription_changes/_following.html",
        **_commons(reached, form.change),
        form=form,
        refused=refused,
        follows=True,
        preview=found,
        **as_it_is(db.session, reached.subscription, _today()),
    )
    return make_response(page, 200 if found else 422)


def _preview_page(reached: Reached, form: BuyersForm, *, stale: bool = False, status: int = 200) -> Response:
    found, refused = _foreseen(reached, form)
    if found is None and form.template:
        return _form_page(reached, form, refused=refused, stale=stale, status=409 if stale else 422)
    page = render_template(
        "mypage/subscription_changes/preview.html",
        **_commons(reached, form.change),
        form=form,
        typed=form.typed(),
        refused=refused,
        preview=found,
        shows_all=not second_step.needs_step(g.shop, Action.PERSONAL_DATA, reached.visit, reached.subscription),
        made=unshipped(db.session, reached.subscription),
        once=uuid4(),
        stale=stale,
    )
    return make_response(page, status)


def _stale_page(reached: Reached, form: BuyersForm) -> Response:
    """As it is now, with what was typed: the buyer may go on from there."""
    db.session.refresh(reached.subscription)
    again = type(form)(reached.subscription, _today())
    verdict = _verdict(reached.subscription, form.change)
    if not verdict.allowed:
        return _refused_page(reached, form.change, verdict, stale=True)
    is_valid = again.validate()
    again.version.raw_data, again.version.data = None, reached.subscription.version
    if not is_valid:
        return _form_page(reached, again, stale=True, status=409)
    return _preview_page(reached, again, stale=True, status=409)


def _refused_page(reached: Reached, kind: Change, verdict: Verdict, *, stale: bool = False) -> Response:
    if HTMX in request.headers and FOLLOWS in request.args:
        go_to(url_for(".show_change", subscription_id=reached.subscription.id, change=kind))
    page = render_template(
        "mypage/subscription_changes/refused.html",
        **_commons(reached, kind),
        reason=why_words(verdict),
        asks_shop=verdict.is_shown,
        stale=stale,
    )
    return make_response(page, 409)
