"""操作の記録: who did what, before and after."""

from flask import g, render_template, request
from sqlalchemy import select

from admin.audit.form import AuditForm
from admin.audit.history import told
from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs
from portal import trail
from portal.extensions import db
from portal.models import Membership, Order, Staff
from portal.orders.rules.codes import code_key
from portal.trail import Cursor, Question, Subject
from portal.values.roles import Role

PAGE = 50


@blueprint.get("/shops/<slug>/audit")
@needs(Role.MANAGER)
def show_audit() -> str | tuple[str, int]:
    people = select(Staff).join(Membership, Membership.staff_id == Staff.id).where(Membership.shop_id == g.shop.id)
    form = AuditForm(request.args, db.session.scalars(people.order_by(Staff.name)))
    if not form.validate():
        return render_template("admin/audit/audit.html", form=form, lines=[]), 422
    note_look("audit.viewed", "shop", g.shop.id)
    question = Question(
        actor=form.actor.data,
        action=form.action.data,
        subjects=_subjects(form.order_code.data or ""),
        since=form.since.data,
        until=form.until.data,
    )
    after = Cursor.read(request.args.get("after", ""))
    found = trail.search(db.session, g.shop.id, question, after=after, limit=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return render_template(
        "admin/audit/audit.html",
        form=form,
        lines=told(found[:PAGE]),
        is_later=after is not None,
        next_page=form.address | {"after": str(Cursor(last.at, last.id))} if last else None,
    )


def _subjects(typed: str) -> tuple[Subject, ...] | None:
    """All orders of this code (a code may be used again after a cancellation), and what belongs to them."""
    if not typed.strip():
        return None
    same = select(Order.id).where(Order.shop_id == g.shop.id, Order.code_key == code_key(typed))
    orders = db.session.scalars(same).all()
    return tuple(one for order_id in orders for one in trail.subjects_of_order(db.session, g.shop.id, order_id))
