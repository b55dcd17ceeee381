"""The categories of the custom fields (まとまり)."""

from typing import Any
from uuid import UUID

from flask import flash, g, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscription_settings.fields import back_to_list, list_page, moved, removed, require_category
from admin.subscription_settings.fields_form import CategoryForm
from admin.subscription_settings.lists import Page, refused
from portal.clock import now
from portal.extensions import db
from portal.models import FieldCategory
from portal.subscriptions.terms import field_list
from portal.values.roles import Role
from portal.web.fields import overwrite


@blueprint.post("/shops/<slug>/field-categories")
@needs(Role.MANAGER)
def add_field_category() -> Page:
    form = CategoryForm()
    name, several = form.name.data or "", form.several.data

    def add() -> FieldCategory:
        return field_list.add_category(db.session, g.shop, name, several=several, actor=staff_actor(), now=now())

    status = refused(form, add)
    if status:
        return list_page(form), status
    flash(_("「%(name)s」を追加しました。続けて項目を追加してください。", name=name), "good")
    added = next(one for one in field_list.categories_of(db.session, g.shop) if one.name == name)
    return back_to_list(added.id)


@blueprint.get("/shops/<slug>/field-categories/<uuid:category_id>")
@needs(Role.MANAGER)
def show_field_category(category_id: UUID) -> str:
    category = require_category(category_id)
    return page(category, CategoryForm.of(category))


@blueprint.post("/shops/<slug>/field-categories/<uuid:category_id>")
@needs(Role.MANAGER)
def change_field_category(category_id: UUID) -> Page:
    category, form = require_category(category_id), CategoryForm()
    version = form.version.data or 0

    def change() -> None:
        field_list.change_category(
            db.session,
            g.shop,
            category,
            form.name.data or "",
            several=form.several.data,
            version=version,
            actor=staff_actor(),
            now=now(),
        )

    status = refused(form, change)
    if status:
        overwrite(form.version, category.version)
        return page(category, form), status
    flash(_("保存しました。"), "good")
    return back_to_list(category.id)


@blueprint.post("/shops/<slug>/field-categories/<uuid:category_id>/place")
@needs(Role.MANAGER)
def move_field_category(category_id: UUID) -> Response:
    return moved(require_category(category_id))


@blueprint.get("/shops/<slug>/field-categories/<uuid:category_id>/removal")
@needs(Role.MANAGER)
def confirm_category_removal(category_id: UUID) -> str:
    return removal_page(require_category(category_id))


@blueprint.post("/shops/<slug>/field-categories/<uuid:category_id>/removal")
@needs(Role.MANAGER)
def remove_field_category(category_id: UUID) -> Page:
    return removed(require_category(category_id), field_list.delete_category, removal_page)


def page(category: FieldCategory, form: CategoryForm) -> str:
    return render_template(
        "admin/subscription_settings/category.html",
        title=_("まとまり「%(name)s」", name=category.name),
        category=category,
        form=form,
    )


def removal_page(category: FieldCategory, problem: Any = "") -> str:
    fields = field_list.fields_of(db.session, category)
    return render_template(
        "admin/subscription_settings/category_removal.html",
        category=category,
        fields=fields,
        answered=field_list.answered_by(db.session, *fields),
        problem=problem,
    )
