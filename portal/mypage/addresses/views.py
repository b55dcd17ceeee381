"""Edits of addresses that subscriptions share: the page says before which of them move, and all move or none."""

from collections.abc import Sequence
from datetime import date
from typing import NoReturn
from uuid import UUID, uuid4

from flask import abort, current_app, g, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.access.rules import second_step
from portal.access.rules.second_step import Action
from portal.clock import now
from portal.extensions import db, reading, start_writing
from portal.jobs import nudge
from portal.models import ListedAddress, SubscriptionChange
from portal.mypage.addresses.pages import (
    FOLDER,
    digest_of_moves,
    foreseen_moves,
    form_page,
    new_page,
    preview_page,
    removal_page,
    stale_page,
    to_choice,
)
from portal.mypage.addresses.shared_address import Listed, Own, Shared
from portal.mypage.blueprint import blueprint
from portal.mypage.changes.address_fields import ListedForm
from portal.mypage.changes.form import FORESEEN
from portal.mypage.subscriptions.loader import Reached, require_belongings
from portal.mypage.subscriptions.words import refusal_words
from portal.subscriptions.changes import addresses, shared_addresses, standings
from portal.subscriptions.changes import mails as change_mails
from portal.subscriptions.changes.confirm import NotAllowedError
from portal.subscriptions.changes.shared_addresses import CannotMoveError
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.rules.allowances import Change
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.web.languages import locale
from portal.web.redirects import go_to, page_here
from portal.web.terms import shop_frame

OWN = "/subscriptions/<uuid:subscription_id>/addresses/own"
NEW = "/subscriptions/<uuid:subscription_id>/addresses/new"
LISTED = "/subscriptions/<uuid:subscription_id>/addresses/<uuid:address_id>"


# --- the buyer's own address -----------------------------------------------------------------------------------------
@blueprint.get(OWN)
def show_own_address(subscription_id: UUID) -> Response:
    return _show(Own(_require(subscription_id)))


@blueprint.post(OWN)
@reading
def preview_own_address(subscription_id: UUID) -> Response:
    return _preview(Own(_require(subscription_id)))


@blueprint.get(f"{OWN}/confirm")
def after_confirm_own_address(subscription_id: UUID) -> NoReturn:
    """Redirect to the form: a change of language leads here from an answer of the POST below."""
    go_to(url_for(".show_own_address", subscription_id=subscription_id))


@blueprint.post(f"{OWN}/confirm")
@reading
def confirm_own_address(subscription_id: UUID) -> Response:
    return _confirm(Own(_require(subscription_id)))


# --- entries of the list ---------------------------------------------------------------------------------------------
@blueprint.get(NEW)
def show_new_address(subscription_id: UUID) -> Response:
    reached = _require_list(subscription_id)
    return new_page(reached, ListedForm(formdata=None), once=str(uuid4()))


@blueprint.post(NEW)
def add_address(subscription_id: UUID) -> Response:
    """Add an entry to the list. Nothing goes there until the buyer chooses it on the page that follows."""
    reached, form = _require_list(subscription_id), ListedForm()
    once_id = uuid_or_none(request.form.get("once")) or abort(400)
    if form.is_unfinished:
        return new_page(reached, form, once=str(once_id))
    if not form.validate():
        return new_page(reached, form, once=str(once_id), status=422)
    key = reached.subscription.email_key
    added = addresses.add(db.session, g.shop.id, key, form.entry, once_id=once_id, actor=reached.visit.actor, now=now())
    if (added.shop_id, added.email_key) != (g.shop.id, key):
        abort(404)
    db.session.commit()
    return go_to(to_choice(reached, to=added.id))


@blueprint.get(LISTED)
def show_listed_address(subscription_id: UUID, address_id: UUID) -> Response:
    return _show(_require_listed(subscription_id, address_id))


@blueprint.post(LISTED)
@reading
def preview_listed_address(subscription_id: UUID, address_id: UUID) -> Response:
    return _preview(_require_listed(subscription_id, address_id))


@blueprint.get(f"{LISTED}/confirm")
def after_confirm_listed_address(subscription_id: UUID, address_id: UUID) -> NoReturn:
    """Redirect to the form, as `after_confirm_own_address` does."""
    go_to(url_for(".show_listed_address", subscription_id=subscription_id, address_id=address_id))


@blueprint.post(f"{LISTED}/confirm")
@reading
def confirm_listed_address(subscription_id: UUID, address_id: UUID) -> Response:
    return _confirm(_require_listed(subscription_id, address_id))


@blueprint.get(f"{LISTED}/removal")
def show_address_removal(subscription_id: UUID, address_id: UUID) -> Response:
    return removal_page(_require_listed(subscription_id, address_id))


@blueprint.post(f"{LISTED}/removal")
def remove_address(subscription_id: UUID, address_id: UUID) -> Response:
    shared = _require_listed(subscription_id, address_id)
    version = request.form.get("version", 0, int)
    try:
        addresses.delete(db.session, shared.listed, seen_version=version, actor=shared.reached.visit.actor, now=now())
    except (RefusedError, StaleError):
        # The page says which subscriptions go there, or shows what the entry has become.
        db.session.rollback()
        return removal_page(_require_listed(subscription_id, address_id), status=409)
    db.session.commit()
    return go_to(to_choice(shared.reached, note="removed"))


# --- help while typing -----------------------------------------------------------------------------------------------
@blueprint.post("/subscriptions/<uuid:subscription_id>/addresses/places")
@reading
def show_places(subscription_id: UUID) -> str:
    """Render the partial below a postcode: where it is, or which towns there are to choose from."""
    _require(subscription_id)
    form = ListedForm()
    form.follow_postcode()
    return render_template(f"{FOLDER}/_places.html", form=form, is_answer=True)


@blueprint.get("/subscriptions/<uuid:subscription_id>/addresses/places")
def after_places(subscription_id: UUID) -> NoReturn:
    """Redirect to the choice of an address: only the POST above has something to show."""
    go_to(to_choice(_require(subscription_id)))


# --- steps -----------------------------------------------------------------------------------------------------------
def _show(shared: Shared) -> Response:
    form = shared.filled_form()
    form.seen.data = shared.seen
    return form_page(shared, form)


def _preview(shared: Shared) -> Response:
    form = shared.typed_form()
    if form.is_unfinished:
        return form_page(shared, form)
    if not form.validate():
        return form_page(shared, form, status=422)
    if form.seen.data != shared.seen:
        return stale_page(shared, form)
    return preview_page(shared, form)


def _confirm(shared: Shared) -> Response:
    """Carry out only what was shown, as with every change; a form sent twice is answered as the first time."""
    form = shared.typed_form()
    once_id = uuid_or_none(request.form.get("once")) or abort(400)
    if not form.validate():
        return form_page(shared, form, status=422)
    if not (shared.is_done(once_id) or shared.is_same(form)):
        if form.seen.data != shared.seen:
            return stale_page(shared, form)
        if digest_of_moves(foreseen_moves(shared, form)) != request.form.get(FORESEEN):
            return preview_page(shared, form, is_other=True, status=409)
    start_writing()
    try:
        receipts = shared.edit(form, once_id)
    except (CannotMoveError, NotAllowedError):
        db.session.rollback()
        return preview_page(shared, form, status=409)
    except RefusedError as error:
        db.session.rollback()
        return form_page(shared, form, refused=refusal_words(error.code), status=409)
    except StaleError:
        db.session.rollback()
        return stale_page(shared, form)
    _tell(shared.reached, receipts)
    db.session.commit()
    nudge("send_mails")
    mine = next((one for one in receipts if one.subscription_id == shared.reached.subscription.id), None)
    if mine is None:
        return go_to(to_choice(shared.reached, note="saved"))
    return go_to(url_for(".show_done_change", subscription_id=mine.subscription_id, receipt_id=mine.id))


def _tell(reached: Reached, receipts: Sequence[SubscriptionChange]) -> None:
    moved = {one.id: one for one in shared_addresses.told_by(db.session, receipts)}
    for receipt in receipts:
        change_mails.tell(
            db.session,
            current_app.extensions["mailroom"],
            g.shop,
            moved[receipt.subscription_id],
            reached.order,
            receipt,
            shop_frame(),
            language=locale(),
            now=now(),
        )


# --- through the owner's scope ---------------------------------------------------------------------------------------
def _require(subscription_id: UUID) -> Reached:
    """Return the subscription if the shop lets its buyers change addresses, else redirect to the choice of one.

    Addresses are seen in full here, so the second step for personal data may come first.
    """
    reached = require_belongings(subscription_id)
    subscription = reached.subscription
    if not standings.verdicts(db.session, subscription, shop_frame(), _today())[Change.ADDRESS].allowed:
        go_to(to_choice(reached))
    if second_step.needs_step(g.shop, Action.PERSONAL_DATA, reached.visit, subscription):
        back = page_here().removesuffix("/confirm").removesuffix("/removal")
        go_to(url_for(".show_second_step", subscription=subscription_id, back=back))
    return reached


def _require_list(subscription_id: UUID) -> Reached:
    """Return the subscription, or 404 if it has no e-mail address: a list belongs to one."""
    reached = _require(subscription_id)
    return reached if reached.subscription.email_key else abort(404)


def _require_listed(subscription_id: UUID, address_id: UUID) -> Listed:
    reached = _require_list(subscription_id)
    mine = select(ListedAddress).filter_by(
        id=address_id, shop_id=g.shop.id, email_key=reached.subscription.email_key, deleted_at=None
    )
    return Listed(reached, db.session.scalar(mine) or abort(404))


def _today() -> date:
    return tokyo_date(now())
