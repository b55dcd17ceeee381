"""心当たりのない変更: the page of the link in a change's mail, for whoever did not make it. It needs no login."""

from flask import abort, current_app, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db, limiter
from portal.jobs import nudge
from portal.models import SubscriptionChange
from portal.mypage.blueprint import blueprint
from portal.subscriptions.changes import disowning

FLOOD = "30 per minute"


@blueprint.get("/not-me/<signed:signed>")
def show_not_me(signed: str) -> str:
    """Show the page, which tells no more of the change than the mail's subject.

    Nothing is changed here: mail scanners open every link.
    """
    change = require_change_of_link(signed)
    return render_template(
        "mypage/requests/not_me.html",
        change=change,
        told=disowning.disowned(db.session, change),
        action=url_for(".tell_not_me", signed=signed),
    )


@blueprint.post("/not-me/<signed:signed>")
@limiter.limit(FLOOD)
def tell_not_me(signed: str) -> Response:
    change = require_change_of_link(signed)
    try:
        disowning.disown(db.session, g.shop, change, mailroom=current_app.extensions["mailroom"], now=now())
    except LookupError:
        abort(404)
    db.session.commit()
    nudge("send_mails")
    return redirect(url_for(".show_not_me", signed=signed), 303)


def require_change_of_link(signed: str) -> SubscriptionChange:
    change_id = current_app.extensions["links"].read_change(g.shop.id, signed)
    change = db.session.get(SubscriptionChange, change_id) if change_id else None
    return change if change is not None and change.shop_id == g.shop.id else abort(404)
