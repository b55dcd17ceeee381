"""Pages of addresses that subscriptions share: the form, a new entry, the preview of what moves, the removal."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db
from portal.mypage.addresses.shared_address import Listed, Shared
from portal.mypage.changes.address import TOO_NEAR
from portal.mypage.changes.address_fields import ListedForm, SharedForm
from portal.mypage.changes.previews import Preview, digest_of, preview
from portal.mypage.subscriptions.loader import Reached
from portal.mypage.subscriptions.words import refusal_words, why_words
from portal.subscriptions.changes.shared_addresses import Move
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules.allowances import Change
from portal.web.fields import overwrite
from portal.web.terms import shop_frame

FOLDER = "mypage/addresses"


def _commons(reached: Reached) -> dict[str, Any]:
    return {
        "subscription": reached.subscription,
        "order": reached.order,
        "change": Change.ADDRESS,
        "back": to_choice(reached),
        "places_url": url_for(".show_places", subscription_id=reached.subscription.id),
    }


def form_page(
    shared: Shared, form: SharedForm, *, refused: str = "", stale: bool = False, status: int = 200
) -> Response:
    page = render_template(
        f"{FOLDER}/form.html",
        **_commons(shared.reached),
        title=shared.title,
        form=form,
        listed=shared.listed,
        here=shared.url("preview"),
        users=shared.users,
        refused=refused,
        stale=stale,
    )
    return make_response(page, status)


def preview_page(
    shared: Shared, form: SharedForm, *, stale: bool = False, is_other: bool = False, status: int = 200
) -> Response:
    moves = foreseen_moves(shared, form)
    page = render_template(
        f"{FOLDER}/preview.html",
        **_commons(shared.reached),
        title=shared.title,
        form=form,
        typed=form.typed,
        listed=shared.listed,
        here=shared.url("preview"),
        confirm_url=shared.url("confirm"),
        moves=[(move, foreseen, _why_not(move)) for move, foreseen in moves],
        is_possible=all(move.is_possible for move, _foreseen in moves),
        foreseen=digest_of_moves(moves),
        is_same=shared.is_same(form),
        once=uuid4(),
        stale=stale,
        is_other=is_other,
    )
    return make_response(page, status)


def stale_page(shared: Shared, form: SharedForm) -> Response:
    """Render the preview again after somebody's change: what was typed stays, the current values stand beside it."""
    overwrite(form.seen, shared.seen)
    return preview_page(shared, form, stale=True, status=409)


def new_page(reached: Reached, form: ListedForm, *, once: str, status: int = 200) -> Response:
    page = render_template(
        f"{FOLDER}/form.html",
        **_commons(reached),
        title=_("お届け先の追加"),
        form=form,
        listed=None,
        here=url_for(".add_address", subscription_id=reached.subscription.id),
        users=[],
        once=once,
        refused="",
        stale=False,
    )
    return make_response(page, status)


def removal_page(shared: Listed, *, status: int = 200) -> Response:
    page = render_template(
        f"{FOLDER}/removal.html",
        **_commons(shared.reached),
        listed=shared.listed,
        users=shared.users,
    )
    return make_response(page, status)


def foreseen_moves(shared: Shared, form: SharedForm) -> Sequence[tuple[Move, Preview | None]]:
    return [(move, _foreseen(move)) for move in shared.moves(form)]


def digest_of_moves(moves: Sequence[tuple[Move, Preview | None]]) -> str:
    return digest_of(*((move.subscription.id.hex, foreseen and foreseen.digest) for move, foreseen in moves))


def _foreseen(move: Move) -> Preview | None:
    """Return the preview of a move, or None if the subscription cannot move; the page then says why."""
    if not move.is_possible:
        return None
    try:
        return preview(db.session, move.subscription, move.proposal, shop_frame(), now=now())
    except RefusedError:
        return None


def _why_not(move: Move) -> str:
    if not move.verdict.allowed:
        return why_words(move.verdict)
    return refusal_words(Refusal.LOCKED) if move.is_in_time else str(TOO_NEAR)


def to_choice(reached: Reached, **query: Any) -> str:
    return url_for(".show_change", subscription_id=reached.subscription.id, change=Change.ADDRESS, **query)
