"""Steps of a buyer's change: form, preview, confirmation, receipt. Nothing is stored before it is confirmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from flask import abort, current_app, g, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db, reading, start_writing
from portal.jobs import nudge
from portal.models import Subscription, SubscriptionChange
from portal.mypage.blueprint import blueprint
from portal.mypage.changes import address, contact, cycle, dates, items, pause, payment
from portal.mypage.changes.form import FORESEEN, Agreed, BuyersForm, HeldBackError
from portal.mypage.changes.pages import (
    FOLLOWS,
    commons,
    following,
    form_page,
    preview_page,
    refusal_above,
    refused_page,
    shows_all,
    stale_page,
    today,
    verdict_now,
)
from portal.mypage.changes.previews import Preview, preview
from portal.mypage.subscriptions.loader import Reached, require_change, require_subscription
from portal.subscriptions.changes import acknowledgments
from portal.subscriptions.changes import mails as change_mails
from portal.subscriptions.changes.confirm import NotAllowedError
from portal.subscriptions.overview.upcoming import coming
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.rules.allowances import Change
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_email
from portal.web.languages import locale
from portal.web.redirects import go_to
from portal.web.terms import shop_frame

FORMS: Mapping[Change, type[BuyersForm]] = {
    form.change: form for module in (address, contact, items, cycle, dates, payment, pause) for form in module.FORMS
}
"""Form by change, from the FORMS of each module. Cards and the cancellation have pages of their own."""
HERE = "/subscriptions/<uuid:subscription_id>/changes/<change>"


@blueprint.get(HERE)
def show_change(subscription_id: UUID, change: str) -> Response:
    """Show the form, or the preview if the change has no fields."""
    reached, form = _opened(subscription_id, change)
    form.fill(reached.subscription)
    form.version.data = reached.subscription.version
    if form.template:
        return form_page(reached, form)
    return preview_page(reached, form)


@blueprint.post(HERE)
@reading
def preview_change(subscription_id: UUID, change: str) -> Response:
    reached, form = _opened(subscription_id, change)
    if FOLLOWS in request.args:
        return following(reached, form)
    if form.is_unfinished:
        return form_page(reached, form)
    return _unready(reached, form) or preview_page(reached, form)


@blueprint.get(f"{HERE}/confirm")
def after_confirm_change(subscription_id: UUID, change: str) -> NoReturn:
    """Redirect to the form: a change of language or a reload by address leads here from an answer of the POST below."""
    go_to(url_for(".show_change", subscription_id=subscription_id, change=change))


@blueprint.post(f"{HERE}/confirm")
@reading
def confirm_change(subscription_id: UUID, change: str) -> Response:
    """Carry out the change only as it was shown: the preview is worked out again before the write lock is taken."""
    kind = _kind(change)
    reached = require_change(subscription_id, kind)
    once_id = uuid_or_none(request.form.get("once")) or abort(400)
    form = FORMS[kind](reached.subscription, today())
    unready = _unready(reached, form)
    if unready is not None:
        # If the form was sent twice, the first one has changed what it was made from.
        done = _standing(reached.subscription, once_id)
        return unready if done is None else _to_done(done)
    instant = now()
    try:
        proposal = form.proposal(reached.subscription)
        found = preview(db.session, reached.subscription, proposal, shop_frame(), now=instant)
        if (other := _not_as_shown(reached, form, found)) is not None:
            return other
        start_writing(g.shop, reached.order)
        agreed = Agreed(proposal, found.after, once_id=once_id, seen_version=form.version.data or 0, now=instant)
        receipts = form.carry_out(reached, agreed)
        _tell(reached, receipts, now=instant)
    except LookupError:
        abort(404)
    except HeldBackError:
        db.session.commit()
        nudge("send_mails")
        return preview_page(reached, form, status=422)
    except NotAllowedError as error:
        return refused_page(reached, kind, error.verdict)
    except RefusedError as error:
        db.session.rollback()
        return _refused(reached, form, error)
    except StaleError:
        db.session.rollback()
        return stale_page(reached, form)
    db.session.commit()
    form.after_commit()
    nudge("send_mails")
    return _to_done(receipts[0])


@blueprint.get("/subscriptions/<uuid:subscription_id>/done/<uuid:receipt_id>")
def show_done_change(subscription_id: UUID, receipt_id: UUID) -> str:
    reached = require_subscription(subscription_id)
    mine = select(SubscriptionChange).filter_by(id=receipt_id, subscription_id=subscription_id)
    receipt = db.session.scalar(mine) or abort(404)
    to_come = [one for one in coming(db.session, reached.subscription, shop_frame(), today()) if not one.skipped]
    return render_template(
        "mypage/changes/done.html",
        **commons(reached, Change(receipt.kind)),
        receipt=receipt,
        shows_all=shows_all(reached),
        next_one=to_come[0] if to_come else None,
        email=mask_email(reached.subscription.email),
    )


def _tell(reached: Reached, receipts: Sequence[SubscriptionChange], *, now: datetime) -> None:
    """Post a mail about each receipt, in the transaction of the change."""
    for receipt in receipts:
        change_mails.tell(
            db.session,
            current_app.extensions["mailroom"],
            g.shop,
            db.session.get_one(Subscription, receipt.subscription_id),
            reached.order,
            receipt,
            shop_frame(),
            language=locale(),
            now=now,
        )


def _not_as_shown(reached: Reached, form: BuyersForm, found: Preview) -> Response | None:
    """Return the page to show instead if the change changes nothing or is not what was shown, else None."""
    if found.is_same:
        return preview_page(reached, form, status=422)
    if found.digest != request.form.get(FORESEEN):
        return preview_page(reached, form, is_other=True, status=409)
    return None


def _refused(reached: Reached, form: BuyersForm, error: RefusedError) -> Response:
    if not form.template:
        return preview_page(reached, form, status=422)
    return form_page(reached, form, refused=refusal_above(form, error), status=422)


def _unready(reached: Reached, form: BuyersForm) -> Response | None:
    """Return the page that says why the form cannot even be tried, or None if it can."""
    if form.version.data != reached.subscription.version:
        return stale_page(reached, form)
    if not form.validate():
        return form_page(reached, form, status=422)
    return None


def _opened(subscription_id: UUID, change: str) -> tuple[Reached, BuyersForm]:
    """Return the form of a change; answer with the page that says why if the change is not allowed now."""
    kind = _kind(change)
    reached = require_change(subscription_id, kind)
    verdict = verdict_now(reached.subscription, kind)
    if not verdict.allowed:
        abort(refused_page(reached, kind, verdict))
    return reached, FORMS[kind](reached.subscription, today())


def _kind(change: str) -> Change:
    return next((kind for kind in FORMS if kind == change), None) or abort(404)


def _standing(subscription: Subscription, once_id: UUID) -> SubscriptionChange | None:
    try:
        return acknowledgments.written(db.session, subscription, once_id)
    except LookupError:
        abort(404)


def _to_done(receipt: SubscriptionChange) -> NoReturn:
    go_to(url_for(".show_done_change", subscription_id=receipt.subscription_id, receipt_id=receipt.id))
