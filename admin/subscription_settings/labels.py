"""ラベル: the shop's own words for marking subscriptions."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscription_settings.lists import LISTS, Page, attempt
from portal.clock import now
from portal.extensions import db
from portal.models import SubscriptionLabel
from portal.subscriptions.rules.list_rules import ListProblem
from portal.subscriptions.terms import label_list
from portal.values.roles import Role
from portal.web.fields import tidied


@blueprint.get("/shops/<slug>/subscription-labels")
@needs(Role.MANAGER)
def show_labels() -> str:
    return page()


@blueprint.post("/shops/<slug>/subscription-labels")
@needs(Role.MANAGER)
def add_label() -> Page:
    name = typed_name()
    done = attempt(lambda: label_list.add_label(db.session, g.shop, name, actor=staff_actor(), now=now()))
    if isinstance(done, ListProblem):
        return page(typed=name, problem=LISTS[done]), 422
    flash(_("「%(name)s」を追加しました。", name=name), "good")
    return redirect(url_for("admin.show_labels"), 303)


@blueprint.post("/shops/<slug>/subscription-labels/<uuid:label_id>")
@needs(Role.MANAGER)
def rename_label(label_id: UUID) -> Page:
    label, name = require_label(label_id), typed_name()
    shown = request.form.get("shown", "")
    actor, instant = staff_actor(), now()
    problem = attempt(
        lambda: label_list.rename_label(db.session, g.shop, label, name, shown=shown, actor=actor, now=instant)
    )
    if problem is not None:
        status = 409 if problem is ListProblem.STALE else 422
        return page(renaming=label_id, renamed=name, problem=LISTS[problem]), status
    flash(_("「%(name)s」に変えました。", name=name), "good")
    return redirect(url_for("admin.show_labels"), 303)


@blueprint.get("/shops/<slug>/subscription-labels/<uuid:label_id>/removal")
@needs(Role.MANAGER)
def confirm_label_removal(label_id: UUID) -> str:
    return removal_page(require_label(label_id))


@blueprint.post("/shops/<slug>/subscription-labels/<uuid:label_id>/removal")
@needs(Role.MANAGER)
def remove_label(label_id: UUID) -> Page:
    label, shown = require_label(label_id), request.form.get("shown", "")
    actor, instant = staff_actor(), now()
    count = attempt(lambda: label_list.delete_label(db.session, g.shop, label, shown=shown, actor=actor, now=instant))
    if isinstance(count, ListProblem):
        return removal_page(require_label(label_id), LISTS[count]), 409
    flash(_("「%(name)s」を削除しました。%(count)s件の定期購入から外れました。", name=shown, count=count), "good")
    return redirect(url_for("admin.show_labels"), 303)


def typed_name() -> str:
    return tidied(request.form.get("name"))


def require_label(label_id: UUID) -> SubscriptionLabel:
    found = db.session.scalar(select(SubscriptionLabel).filter_by(id=label_id, shop_id=g.shop.id))
    return found or abort(404)


def page(**more: Any) -> str:
    labels = label_list.labels_of(db.session, g.shop)
    return render_template("admin/subscription_settings/labels.html", title=_("ラベル"), labels=labels, **more)


def removal_page(label: SubscriptionLabel, problem: Any = "") -> str:
    used = next(one for one in label_list.labels_of(db.session, g.shop) if one.label.id == label.id)
    return render_template("admin/subscription_settings/label_removal.html", used=used, problem=problem)
