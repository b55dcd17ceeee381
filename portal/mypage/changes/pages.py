"""Pages of a buyer's change: the form, the preview, and why the change is not possible."""

from datetime import date
from typing import Any
from uuid import uuid4

from flask import g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access.rules import second_step
from portal.access.rules.second_step import Action
from portal.clock import now
from portal.extensions import db
from portal.models import Subscription
from portal.mypage.changes.form import BuyersForm
from portal.mypage.changes.previews import Preview, as_it_is, last_moment, preview
from portal.mypage.subscriptions.loader import Reached, subscription_url
from portal.mypage.subscriptions.words import refusal_words, why_words
from portal.subscriptions.changes import standings
from portal.subscriptions.overview.made_orders import in_work
from portal.subscriptions.record.refusals import RefusedError
from portal.subscriptions.rules.allowances import Change, Verdict
from portal.values.dates import tokyo_date
from portal.web.fields import overwrite
from portal.web.redirects import go_to, is_partial
from portal.web.terms import shop_frame

FOLLOWS = "follow"
"""Key in the query of a request for only the partial below the form while it is filled in."""


def today() -> date:
    return tokyo_date(now())


def shows_all(reached: Reached) -> bool:
    """Tell whether this visit sees names and addresses in full."""
    return not second_step.needs_step(g.shop, Action.PERSONAL_DATA, reached.visit, reached.subscription)


def verdict_now(subscription: Subscription, kind: Change) -> Verdict:
    return standings.verdicts(db.session, subscription, shop_frame(), today())[kind]


def refusal_above(form: BuyersForm, error: RefusedError) -> str:
    """Put the refusal beside its field and return an empty text, or return what to say above the form."""
    sentence = refusal_words(error.code)
    return "" if form.refuse(error.field, sentence) else sentence


def foreseen(reached: Reached, form: BuyersForm) -> tuple[Preview | None, str]:
    """Return the preview of a valid form and an empty text.

    If the verbs refuse the change, return None and what `refusal_above` returns.
    """
    try:
        proposal = form.proposal(reached.subscription)
        return preview(db.session, reached.subscription, proposal, shop_frame(), now=now()), ""
    except RefusedError as error:
        return None, refusal_above(form, error)


def commons(reached: Reached, kind: Change) -> dict[str, Any]:
    return {
        "subscription": reached.subscription,
        "order": reached.order,
        "change": kind,
        "back": subscription_url(reached.subscription.id),
        "here": url_for(".show_change", subscription_id=reached.subscription.id, change=kind),
        "confirm_url": url_for(".confirm_change", subscription_id=reached.subscription.id, change=kind),
        "follow_url": url_for(".preview_change", subscription_id=reached.subscription.id, change=kind, follow=1),
    }


def form_page(
    reached: Reached, form: BuyersForm, *, refused: str = "", stale: bool = False, status: int = 200
) -> Response:
    page = render_template(
        "mypage/changes/form.html",
        **commons(reached, form.change),
        form=form,
        refused=refused,
        stale=stale,
        until=last_moment(verdict_now(reached.subscription, form.change)),
        **as_it_is(db.session, reached.subscription, shop_frame(), today()),
    )
    return make_response(page, status)


def following(reached: Reached, form: BuyersForm) -> Response:
    """Render the partial below a form that is being filled in."""
    found, refused = foreseen(reached, form) if form.validate() else (None, "")
    page = render_template(
        "mypage/changes/_following.html",
        **commons(reached, form.change),
        form=form,
        refused=refused,
        follows=True,
        preview=found,
        **as_it_is(db.session, reached.subscription, shop_frame(), today()),
    )
    return make_response(page, 200 if found else 422)


def preview_page(
    reached: Reached, form: BuyersForm, *, stale: bool = False, is_other: bool = False, status: int = 200
) -> Response:
    """Render the preview, or the form if it has fields and the change is refused.

    `is_other` says that the preview is not what the page before had said.
    """
    found, refused = foreseen(reached, form)
    if found is None and form.template:
        return form_page(reached, form, refused=refused, stale=stale, status=409 if stale else 422)
    page = render_template(
        "mypage/changes/preview.html",
        **commons(reached, form.change),
        form=form,
        typed=form.typed(),
        refused=refused,
        preview=found,
        shows_all=shows_all(reached),
        made=in_work(db.session, reached.subscription),
        once=uuid4(),
        stale=stale,
        is_other=is_other,
    )
    return make_response(page, status)


def stale_page(reached: Reached, form: BuyersForm) -> Response:
    """Render the form or preview as the subscription is now, with what was typed, so that the buyer may go on."""
    db.session.refresh(reached.subscription)
    again = type(form)(reached.subscription, today())
    verdict = verdict_now(reached.subscription, form.change)
    if not verdict.allowed:
        return refused_page(reached, form.change, verdict, stale=True)
    is_valid = again.validate()
    overwrite(again.version, reached.subscription.version)
    if not is_valid:
        return form_page(reached, again, stale=True, status=409)
    return preview_page(reached, again, stale=True, status=409)


def refused_page(reached: Reached, kind: Change, verdict: Verdict, *, stale: bool = False) -> Response:
    if is_partial() and FOLLOWS in request.args:
        go_to(url_for(".show_change", subscription_id=reached.subscription.id, change=kind))
    page = render_template(
        "mypage/changes/refused.html",
        **commons(reached, kind),
        reason=why_words(verdict),
        asks_shop=verdict.is_shown,
        stale=stale,
    )
    return make_response(page, 409)
