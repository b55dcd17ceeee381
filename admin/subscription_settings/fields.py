"""自由項目: the list of the shop's own fields, and each field; their categories have a module of their own."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscription_settings.fields_form import KINDS, CategoryForm, DefinitionForm
from admin.subscription_settings.lists import LISTS, Page, attempt, pressed_move, refused
from portal.clock import now
from portal.extensions import db
from portal.models import CustomField, FieldCategory
from portal.subscriptions.rules.field_rules import definition_problems
from portal.subscriptions.rules.list_rules import ListProblem
from portal.subscriptions.terms import field_list
from portal.values.roles import Role
from portal.web.fields import overwrite

Row = TypeVar("Row", FieldCategory, CustomField)


@blueprint.get("/shops/<slug>/custom-fields")
@needs(Role.MANAGER)
def show_custom_fields() -> str:
    return list_page(CategoryForm(formdata=None))


@blueprint.get("/shops/<slug>/field-categories/<uuid:category_id>/fields/new")
@needs(Role.MANAGER)
def show_new_custom_field(category_id: UUID) -> str:
    return field_page(require_category(category_id), DefinitionForm(formdata=None))


@blueprint.post("/shops/<slug>/field-categories/<uuid:category_id>/fields")
@needs(Role.MANAGER)
def add_custom_field(category_id: UUID) -> Page:
    category, form = require_category(category_id), DefinitionForm()

    def add() -> None:
        field_list.add_field(db.session, g.shop, category, form.wanted, actor=staff_actor(), now=now())

    status = refused_by_form(form) or refused(form, add)
    if status:
        return field_page(category, form), status
    flash(_("「%(name)s」を追加しました。", name=form.name.data), "good")
    return back_to_list(category.id)


@blueprint.get("/shops/<slug>/custom-fields/<uuid:field_id>")
@needs(Role.MANAGER)
def show_custom_field(field_id: UUID) -> str:
    field = require_field(field_id)
    return field_page(require_category(field.category_id), DefinitionForm.of(field), field)


@blueprint.post("/shops/<slug>/custom-fields/<uuid:field_id>")
@needs(Role.MANAGER)
def change_custom_field(field_id: UUID) -> Page:
    field, form = require_field(field_id), DefinitionForm()
    version = form.version.data or 0

    def change() -> None:
        field_list.change_field(db.session, g.shop, field, form.wanted, version=version, actor=staff_actor(), now=now())

    status = refused_by_form(form) or refused(form, change)
    if status:
        overwrite(form.version, field.version)
        return field_page(require_category(field.category_id), form, field), status
    flash(_("保存しました。"), "good")
    return back_to_list(field.category_id)


@blueprint.post("/shops/<slug>/custom-fields/<uuid:field_id>/place")
@needs(Role.MANAGER)
def move_custom_field(field_id: UUID) -> Response:
    return moved(require_field(field_id))


@blueprint.get("/shops/<slug>/custom-fields/<uuid:field_id>/removal")
@needs(Role.MANAGER)
def confirm_field_removal(field_id: UUID) -> str:
    return removal_page(require_field(field_id))


@blueprint.post("/shops/<slug>/custom-fields/<uuid:field_id>/removal")
@needs(Role.MANAGER)
def remove_custom_field(field_id: UUID) -> Page:
    return removed(require_field(field_id), field_list.delete_field, removal_page)


# --- what categories share -------------------------------------------------------------------------------------------
def require_category(category_id: UUID) -> FieldCategory:
    return _require(FieldCategory, category_id)


def require_field(field_id: UUID) -> CustomField:
    return _require(CustomField, field_id)


def _require(model: type[Row], row_id: UUID) -> Row:
    """Return the shop's row, or 404; go to the list, which says so, if it was deleted in the meantime."""
    found = db.session.scalar(select(model).filter_by(id=row_id, shop_id=g.shop.id)) or abort(404)
    if found.deleted_at is not None:
        flash(LISTS[ListProblem.GONE], "wrong")
        abort(redirect(url_for("admin.show_custom_fields"), 303))
    return found


def refused_by_form(form: DefinitionForm) -> int | None:
    valid = form.validate()
    for attribute, problem in definition_problems(form.wanted).items():
        form.refuse(attribute, problem)
    return None if valid and not form.errors else 422


def moved(row: FieldCategory | CustomField) -> Response:
    """Move the row as the pressed button says, and go back to the list."""
    by, shown = pressed_move()
    field_list.move(db.session, g.shop, row, by, shown=shown, actor=staff_actor(), now=now())
    db.session.commit()
    return back_to_list(category_of(row))


def removed(row: Row, delete: Callable[..., None], page: Callable[[Row, Any], str]) -> Page:
    """Delete the row as the form showed it, and go back to the list; if that is refused, show why on `page`."""
    version, actor, instant = request.form.get("version", 0, int), staff_actor(), now()
    problem = attempt(lambda: delete(db.session, g.shop, row, version=version, actor=actor, now=instant))
    if problem is not None:
        return page(row, LISTS[problem]), 409
    flash(_("「%(name)s」を削除しました。これまでの答えは残っています。", name=row.name), "good")
    return back_to_list(category_of(row))


def category_of(row: FieldCategory | CustomField) -> UUID:
    return row.id if isinstance(row, FieldCategory) else row.category_id


def list_page(form: CategoryForm) -> str:
    categories = field_list.categories_of(db.session, g.shop)
    return render_template(
        "admin/subscription_settings/fields.html",
        title=_("自由項目"),
        form=form,
        categories=[(category, field_list.fields_of(db.session, category)) for category in categories],
        kinds=KINDS,
    )


def field_page(category: FieldCategory, form: DefinitionForm, field: CustomField | None = None) -> str:
    return render_template(
        "admin/subscription_settings/field.html",
        title=_("項目「%(name)s」", name=field.name)
        if field
        else _("「%(name)s」に項目を追加する", name=category.name),
        category=category,
        field=field,
        form=form,
        answered=field_list.answered_by(db.session, field) if field else 0,
    )


def removal_page(field: CustomField, problem: Any = "") -> str:
    answered = field_list.answered_by(db.session, field)
    return render_template(
        "admin/subscription_settings/field_removal.html", field=field, answered=answered, problem=problem
    )


def back_to_list(category_id: UUID) -> Response:
    return redirect(url_for("admin.show_custom_fields", _anchor=f"category-{category_id}"), 303)
