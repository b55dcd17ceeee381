"""定期購入で選べる商品: what buyers may add to their subscription, or swap an item for."""

from collections.abc import Callable
from typing import Any, Self
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.settings.forms import number_or_none
from admin.settings.tax import rate_choices
from admin.subscription_settings.lists import LISTS, Page, attempt, pressed_move, refused
from portal.clock import now
from portal.extensions import db
from portal.models import OfferedItem
from portal.subscriptions.record.items import LONGEST_CODE, LONGEST_NAME, MOST_YEN
from portal.subscriptions.rules.list_rules import ListProblem
from portal.subscriptions.terms import offered_items
from portal.subscriptions.terms.offered_items import Offer, OfferError, Problem
from portal.values.roles import Role
from portal.web.fields import NumberField, SelectChoice, VersionField, overwrite, tidied

LONGEST = {"product_code": LONGEST_CODE, "name": LONGEST_NAME}
PROBLEMS = {
    Problem.EMPTY: _l("空欄です。書いてください。"),
    Problem.TAKEN: _l("この商品コードは、もう選べる商品にあります。"),
}


class OfferForm(FlaskForm):
    version = VersionField()
    product_code = StringField(_l("商品コード"), filters=[tidied])
    name = StringField(_l("商品名"), filters=[tidied])
    price = NumberField(_l("1個の価格（税込み）"))
    tax_rate = SelectField(_l("税率"), coerce=number_or_none, validate_choice=False)

    def __init__(self, *args: Any, standing: int | None = None, **kwargs: Any) -> None:
        """Fill in the choice of rates. `standing`: the item's own rate, which may be on offer nowhere else."""
        super().__init__(*args, **kwargs)
        self.tax_rate.choices = [SelectChoice("", _("店舗の税率")), *rate_choices(standing)]

    @classmethod
    def of(cls, item: OfferedItem) -> Self:
        return cls(formdata=None, obj=item, standing=item.tax_rate)

    @property
    def offer(self) -> Offer:
        return Offer(self.product_code.data or "", self.name.data or "", self.price.data, self.tax_rate.data)

    def refuse(self, column: str, problem: Problem) -> None:
        field = self._fields[column]
        if not field.errors:
            field.errors = [words_of(column, problem)]


@blueprint.get("/shops/<slug>/offered-items")
@needs(Role.MANAGER)
def show_offered_items() -> str:
    return list_page(OfferForm(formdata=None))


@blueprint.post("/shops/<slug>/offered-items")
@needs(Role.MANAGER)
def add_offered_item() -> Page:
    form = OfferForm()
    status = unsaved(form, lambda: offered_items.add(db.session, g.shop, form.offer, actor=staff_actor(), now=now()))
    if status:
        return list_page(form), status
    flash(_("「%(name)s」を追加しました。", name=form.name.data), "good")
    return to_list()


@blueprint.get("/shops/<slug>/offered-items/<uuid:item_id>")
@needs(Role.MANAGER)
def show_offered_item(item_id: UUID) -> str:
    item = require_item(item_id)
    return item_page(item, OfferForm.of(item))


@blueprint.post("/shops/<slug>/offered-items/<uuid:item_id>")
@needs(Role.MANAGER)
def change_offered_item(item_id: UUID) -> Page:
    form = OfferForm(standing=require_item(item_id).tax_rate)
    version = form.version.data or 0

    def change() -> None:
        offered_items.change(db.session, g.shop, item_id, form.offer, version=version, actor=staff_actor(), now=now())

    status = unsaved(form, change)
    if status:
        item = require_item(item_id)
        overwrite(form.version, item.version)
        return item_page(item, form), status
    flash(_("保存しました。"), "good")
    return to_list()


@blueprint.post("/shops/<slug>/offered-items/<uuid:item_id>/place")
@needs(Role.MANAGER)
def move_offered_item(item_id: UUID) -> Response:
    require_item(item_id)
    by, shown = pressed_move()
    offered_items.move(db.session, g.shop, item_id, by, shown=shown, actor=staff_actor(), now=now())
    db.session.commit()
    return to_list()


@blueprint.post("/shops/<slug>/offered-items/<uuid:item_id>/retirement")
@needs(Role.MANAGER)
def retire_offered_item(item_id: UUID) -> Response:
    require_item(item_id)
    version, actor, instant = request.form.get("version", 0, int), staff_actor(), now()
    name = attempt(lambda: offered_items.retire(db.session, g.shop, item_id, version=version, actor=actor, now=instant))
    if isinstance(name, ListProblem):
        flash(LISTS[name], "wrong")
        return to_list()
    flash(_("「%(name)s」は、もう選べません。現在の定期購入に入っている分は残ります。", name=name), "good")
    return to_list()


def require_item(item_id: UUID) -> OfferedItem:
    mine = select(OfferedItem).filter_by(id=item_id, shop_id=g.shop.id)
    return db.session.scalar(mine) or abort(404)


def unsaved(form: OfferForm, verb: Callable[[], object]) -> int | None:
    """Validate, call the verb, commit; return None, or the status of a refusal, which is shown beside the fields."""
    if form.validate():
        try:
            return refused(form, verb)
        except OfferError as error:
            db.session.rollback()
            problems = error.problems
    else:
        problems = offered_items.problems(form.offer)
    for column, problem in problems.items():
        form.refuse(column, problem)
    return 422


def words_of(column: str, problem: Problem) -> str:
    if problem is Problem.TOO_LONG:
        return str(_("長すぎます。%(most)s文字までにしてください。", most=LONGEST[column]))
    if problem is Problem.NUMBER:
        most = 100 if column == "tax_rate" else MOST_YEN
        return str(_("%(least)sから%(most)sまでの数字で書いてください。", least=0, most=most))
    return str(PROBLEMS[problem])


def list_page(form: OfferForm) -> str:
    items = offered_items.of_shop(db.session, g.shop.id)
    return render_template(
        "admin/subscription_settings/offered_items.html", title=_("選べる商品"), items=items, form=form
    )


def item_page(item: OfferedItem, form: OfferForm) -> str:
    return render_template("admin/subscription_settings/offered_item.html", title=item.name, item=item, form=form)


def to_list() -> Response:
    return redirect(url_for("admin.show_offered_items"), 303)
