"""操作の記録: who did what, with values before and after, and the form that filters it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from admin.audit.history import told
from admin.audit.looks import note_look
from admin.audit.words import GROUPS
from admin.blueprint import blueprint
from admin.ground.door import needs
from admin.ground.search_form import SearchForm
from portal import trail
from portal.extensions import db
from portal.models import Membership, Order, Staff
from portal.orders.rules.codes import code_key
from portal.trail import Cursor, Question, Subject, Who
from portal.values.roles import Role
from portal.web.fields import SelectChoice

PAGE = 50


class AuditForm(SearchForm):
    actor = SelectField(_l("担当者"), default="")
    group = SelectField(_l("分類"), default="")
    action = SelectField(_l("操作"), default="")
    order_code = StringField(_l("受注コード"), validators=[Length(max=60)])
    since = DateField(_l("開始日"), validators=[Optional()])
    until = DateField(_l("終了日"), validators=[Optional()])

    def __init__(self, typed: Any, people: Iterable[Staff]) -> None:
        super().__init__(typed)
        everything = SelectChoice("", _l("すべて"))
        kinds = {Who.BUYER: _l("購入者"), Who.JOB: _l("自動処理"), Who.CLI: _l("システム管理者")}
        named = {f"staff:{one.id}": one.name for one in people} | {kind.value: words for kind, words in kinds.items()}
        self.actor.choices = [everything, *(SelectChoice(value, words) for value, words in named.items())]
        groups = {str(number): words for number, (words, _actions) in enumerate(GROUPS, 1)}
        self.group.choices = [everything, *(SelectChoice(value, words) for value, words in groups.items())]
        if self.action.data and not self.group.data:
            self.group.data = next((str(n) for n, (_w, of) in enumerate(GROUPS, 1) if self.action.data in of), "")
        self.actions: Mapping[str, Any] = GROUPS[int(self.group.data) - 1][1] if self.group.data in groups else {}
        if self.group.data and self.action.data not in self.actions:
            self.action.data = ""
        self.action.choices = [everything, *(SelectChoice(action, words) for action, words in self.actions.items())]

    @property
    def address(self) -> dict[str, str]:
        """Return the search as query parameters, for links."""
        return {name: str(field.raw_data[0]) for name, field in self._fields.items() if field.raw_data and field.data}


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
        actions=frozenset([form.action.data] if form.action.data else form.actions),
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
    """Return all orders with the typed code and what belongs to them, or None if no code was typed.

    A code may be used again after a cancellation.
    """
    if not typed.strip():
        return None
    same = select(Order.id).where(Order.shop_id == g.shop.id, Order.code_key == code_key(typed))
    orders = db.session.scalars(same).all()
    return tuple(one for order_id in orders for one in trail.subjects_of_order(db.session, g.shop.id, order_id))
