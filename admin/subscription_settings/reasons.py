"""停止・キャンセルの理由: the reasons from which staff and buyers choose."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscription_settings.lists import LISTS, Page, attempt
from portal.clock import now
from portal.extensions import db
from portal.models import StopReason
from portal.subscriptions.rules.list_rules import ListProblem
from portal.subscriptions.terms import reason_list
from portal.subscriptions.terms.reasons import Kind
from portal.values.roles import Role
from portal.web.fields import tidied

TITLES = {Kind.SUSPEND: _l("停止の理由"), Kind.CANCEL: _l("キャンセルの理由")}


@blueprint.get("/shops/<slug>/stop-reasons")
@needs(Role.MANAGER)
def show_stop_reasons() -> str:
    return page()


@blueprint.post("/shops/<slug>/stop-reasons")
@needs(Role.MANAGER)
def add_stop_reason() -> Page:
    kind, text = require_kind(), tidied(request.form.get("text"))
    done = attempt(lambda: reason_list.add_reason(db.session, g.shop, kind, text, actor=staff_actor(), now=now()))
    if isinstance(done, ListProblem):
        return page(refused=kind, typed=text, problem=LISTS[done]), 422
    flash(_("「%(name)s」を追加しました。", name=text), "good")
    return back_to(kind)


@blueprint.post("/shops/<slug>/stop-reasons/<uuid:reason_id>/retirement")
@needs(Role.MANAGER)
def retire_stop_reason(reason_id: UUID) -> Page:
    reason = require_reason(reason_id)
    reason_list.retire_reason(db.session, g.shop, reason, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("「%(name)s」は、もう選べません。これまでに選ばれた分は残ります。", name=reason.text), "good")
    return back_to(Kind(reason.kind))


@blueprint.post("/shops/<slug>/stop-reasons/<uuid:reason_id>/offer")
@needs(Role.MANAGER)
def offer_stop_reason(reason_id: UUID) -> Page:
    reason = require_reason(reason_id)
    problem = attempt(lambda: reason_list.offer_reason(db.session, g.shop, reason, actor=staff_actor(), now=now()))
    if problem is not None:
        return page(refused=Kind(reason.kind), typed="", problem=LISTS[problem]), 422
    flash(_("「%(name)s」を、また選べるようにしました。", name=reason.text), "good")
    return back_to(Kind(reason.kind))


def require_kind() -> Kind:
    text = request.form.get("kind", "")
    return Kind(text) if text in set(Kind) else abort(400)


def require_reason(reason_id: UUID) -> StopReason:
    found = db.session.scalar(select(StopReason).filter_by(id=reason_id, shop_id=g.shop.id))
    return found or abort(404)


def page(**more: Any) -> str:
    return render_template(
        "admin/subscription_settings/reasons.html",
        title=_("停止・キャンセルの理由"),
        lists=[(kind, TITLES[kind], reason_list.reasons_of(db.session, g.shop, kind)) for kind in Kind],
        **more,
    )


def back_to(kind: Kind) -> Response:
    return redirect(url_for("admin.show_stop_reasons", _anchor=kind.value), 303)
