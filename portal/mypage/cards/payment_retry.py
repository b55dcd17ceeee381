"""お支払いのやり直し: refused payments of orders are asked for once more, by the subscription's current payment."""

from uuid import UUID

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.mypage.blueprint import blueprint
from portal.mypage.cards.views import commons
from portal.mypage.subscriptions.loader import Reached, require_change
from portal.mypage.subscriptions.words import refusal_words
from portal.subscriptions.payment import paying
from portal.subscriptions.record.refusals import RefusedError

LOOKS_AGAIN = 3
"""Seconds until the page reloads while the company has not answered."""


@blueprint.get("/subscriptions/<uuid:subscription_id>/retry")
def show_retry(subscription_id: UUID) -> Response:
    """Show what is still to be paid, or that all is well, before the retry and after it."""
    return _page(require_change(subscription_id))


@blueprint.post("/subscriptions/<uuid:subscription_id>/retry")
def retry_payment(subscription_id: UUID) -> Response:
    """Ask for the refused payments once more. Pressed twice it asks once: what is still open is not asked again."""
    reached = require_change(subscription_id)
    try:
        paying.retry(db.session, reached.subscription, actor=reached.visit.actor, now=now())
    except RefusedError as error:
        db.session.rollback()
        return _page(reached, refused=refusal_words(error.code), status=409)
    db.session.commit()
    nudge("settle_payments")
    return redirect(url_for(".show_retry", subscription_id=subscription_id), 303)


def _page(reached: Reached, *, refused: str = "", status: int = 200) -> Response:
    said = commons(reached)
    response = make_response(render_template("mypage/cards/retry.html", **said, refused=refused), status)
    trouble = said["trouble"]
    if trouble is not None and trouble.is_asked_again:
        response.headers["Refresh"] = str(LOOKS_AGAIN)
    return response
