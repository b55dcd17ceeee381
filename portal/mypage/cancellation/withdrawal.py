"""取り下げ: the page of the link in the mail about a request to cancel. It needs no login."""

from flask import abort, current_app, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db, limiter
from portal.models import SubscriptionChange
from portal.mypage.blueprint import blueprint
from portal.subscriptions.cancellation import by_buyer, withdrawal

FLOOD = "30 per minute"


@blueprint.get("/withdraw/<signed:signed>")
def show_withdrawal(signed: str) -> str:
    """Show the page, which tells no more than the mail's subject and what became of the request.

    Nothing is changed here: mail scanners open every link.
    """
    receipt = require_request_of_link(signed)
    return render_template(
        "mypage/cancellation/withdrawal.html",
        receipt=receipt,
        asked=withdrawal.request_of(db.session, receipt),
        number=by_buyer.frozen(receipt).subscription_number,
        action=url_for(".withdraw_cancellation", signed=signed),
    )


@blueprint.post("/withdraw/<signed:signed>")
@limiter.limit(FLOOD)
def withdraw_cancellation(signed: str) -> Response:
    withdrawal.withdraw(db.session, require_request_of_link(signed), now=now())
    db.session.commit()
    return redirect(url_for(".show_withdrawal", signed=signed), 303)


def require_request_of_link(signed: str) -> SubscriptionChange:
    change_id = current_app.extensions["links"].read_withdrawal(g.shop.id, signed)
    return withdrawal.receipt_of_link(db.session, g.shop, change_id) or abort(404)
