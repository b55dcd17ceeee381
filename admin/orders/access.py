"""The buyer's access to an order: its link by mail, locks, sessions, and the page as the buyer sees it."""

from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.services import mailroom, secret
from admin.orders.scope import lock_order, require_order, to_order
from portal.access import locks, overview, resend, sessions, staff_visits
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import LoginLock, Order
from portal.orders.rules.codes import code_key
from portal.values.ids import uuid_or_none
from portal.values.roles import Role


# --- the link by mail ------------------------------------------------------------------------------------------------
@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/link-mail")
@needs(Role.OPERATOR)
def send_order_link(order_id: UUID) -> Response:
    order = lock_order(order_id)
    if not order.email_key:
        flash(_("この注文にはメールアドレスがないので、送れません。"), "wrong")
        return to_order(order.id, "access")
    last = resend.send_link(
        db.session,
        g.shop,
        order,
        mailroom=mailroom(),
        after=uuid_or_none(request.form.get("after")),
        actor=staff_actor(),
        now=now(),
    )
    if last is not None:
        return redirect(url_for(".confirm_order_link", order_id=order.id), 303)
    db.session.commit()
    nudge("send_mails")
    flash(_("注文ページのリンクを %(address)s に送りました。", address=order.email), "good")
    return to_order(order.id, "access")


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/link-mail")
@needs(Role.OPERATOR)
def confirm_order_link(order_id: UUID) -> str | Response:
    """Ask whether to send another link, since one went out a moment ago; if none did, go to the order."""
    order = require_order(order_id)
    last = resend.sent_lately(db.session, order, now())
    if last is None:
        return to_order(order.id, "access")
    return render_template("admin/orders/link_again.html", order=order, last=last)


# --- locks -----------------------------------------------------------------------------------------------------------
@blueprint.get("/shops/<slug>/locks")
@needs(Role.VIEWER)
def show_locks() -> str:
    """Show the locks that hold now, or those of one code.

    Locks of codes that no order has are among them, so that a buyer's typing mistake can be helped.
    """
    code = request.args.get("code", "").strip()
    found = (
        overview.locks_of_code(db.session, g.shop, code_key(code), secret=secret(), now=now())
        if code
        else overview.locks_of_shop(db.session, g.shop, now())
    )
    return render_template("admin/orders/locks.html", locks=found, code=code)


@blueprint.post("/shops/<slug>/locks/<uuid:lock_id>/lifting")
@needs(Role.OPERATOR)
def lift_lock(lock_id: UUID) -> Response:
    if db.session.scalar(select(LoginLock.id).filter_by(shop_id=g.shop.id, id=lock_id)) is None:
        abort(404)
    locks.lift_one(db.session, g.shop.id, lock_id, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("ロックを解除しました。"), "good")
    order = _order_of(request.form.get("order"))
    return to_order(order.id, "access") if order else redirect(url_for(".show_locks"), 303)


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/unlocking")
@needs(Role.OPERATOR)
def unlock_order(order_id: UUID) -> Response:
    """Lift the locks of both ways in, and clear the failures that have not locked the order yet."""
    order = require_order(order_id)
    locks.lift(db.session, order, secret=secret(), actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("ロックを解除しました。お客さまはすぐにもう一度試せます。"), "good")
    return to_order(order.id, "access")


# --- sessions --------------------------------------------------------------------------------------------------------
@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/sessions/end")
@needs(Role.OPERATOR)
def end_order_sessions(order_id: UUID) -> Response:
    order = require_order(order_id)
    sessions.end_all(db.session, g.shop, order=order, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("この注文を開いていた人を、すべてログアウトさせました。"), "good")
    return to_order(order.id, "access")


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/as-buyer")
@needs(Role.VIEWER)
def open_as_buyer(order_id: UUID) -> Response:
    order, instant = require_order(order_id), now()
    session_id = staff_visits.begin(db.session, order, staff_id=current_user.staff.id, actor=staff_actor(), now=instant)
    db.session.commit()
    token = current_app.extensions["links"].sign_staff_visit(
        g.shop.id, session_id, instant + staff_visits.HANDED_OVER_IN
    )
    return redirect(url_for("mypage.enter_as_staff", slug=g.shop.slug, token=token), 303)


def _order_of(text: str | None) -> Order | None:
    """Return the order whose page the form was on, or None if it was on another page."""
    order_id = uuid_or_none(text)
    return require_order(order_id) if order_id else None
