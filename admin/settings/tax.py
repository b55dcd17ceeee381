"""消費税率: the shop's default rates, and its table of rates by product."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.settings.forms import SettingsForm, number_or_none
from admin.settings.sections import SECTIONS
from admin.settings.views import answer
from admin.settings.words import ADVICE, LINES, rate_name
from portal.clock import now
from portal.extensions import db, reading, start_writing
from portal.jobs import nudge
from portal.models import ProductTaxRate, Shop
from portal.shops import filling, product_rates
from portal.shops.product_rates import StaleRateError
from portal.shops.rules import rate_lines
from portal.shops.rules.rate_lines import LineProblem
from portal.shops.rules.settings import advice
from portal.shops.verbs import settings_of
from portal.values import tax
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.web.fields import SelectChoice, tidied

Page = str | tuple[str, int] | Response
LARGEST_FILE = 1024 * 1024


class TaxForm(SettingsForm):
    default_tax_rate = SelectField(_l("税率が分からない商品"), coerce=number_or_none, validate_choice=False)
    fee_tax_rate = SelectField(_l("送料・手数料"), coerce=number_or_none, validate_choice=False)

    def offer(self, shop: Shop) -> None:
        for field in (self.default_tax_rate, self.fee_tax_rate):
            field.choices = [SelectChoice("", rate_name(None, today())), *rate_choices(getattr(shop, field.name))]


class LinesForm(FlaskForm):
    lines = TextAreaField(_l("「商品コード,税率」を1行に1つ"))


class ProductForm(FlaskForm):
    code = StringField(_l("商品コード"), filters=[tidied])
    rate = SelectField(_l("税率"), coerce=number_or_none, validate_choice=False)


@blueprint.get("/shops/<slug>/settings/tax")
@needs(Role.MANAGER)
def show_tax() -> str:
    return page(TaxForm.of(g.shop))


@blueprint.post("/shops/<slug>/settings/tax")
@needs(Role.MANAGER)
def change_tax() -> Page:
    form = TaxForm.typed(g.shop)
    if not form.validate():
        return page(form), 422
    answered = answer(form, again=page, done=url_for("admin.show_tax"))
    fill_soon()
    return answered


@blueprint.get("/shops/<slug>/settings/tax/waiting")
@needs(Role.MANAGER)
def show_waiting_orders() -> str:
    """Return the partial that shows how far the worker has got."""
    return render_template("admin/settings/_waiting.html", **waiting())


@blueprint.post("/shops/<slug>/settings/tax/products")
@needs(Role.MANAGER)
def put_product_rate() -> Page:
    form = ProductForm()
    form.rate.choices = rate_choices()
    code, rate = form.code.data or "", form.rate.data
    problem = code_problem(code) or (_("税率を選んでください。") if rate not in allowed() else None)
    if not form.validate() or problem or rate is None:
        return page(TaxForm.of(g.shop), product=form, problem=problem), 422
    return save({code: rate})


@blueprint.post("/shops/<slug>/settings/tax/lines")
@needs(Role.MANAGER)
@takes(body=LARGEST_FILE, file=LARGEST_FILE)
@reading
def put_lines() -> Page:
    """Save the rates of all lines or of none: if one is wrong, the text comes back with the reasons."""
    form = LinesForm()
    file = request.files.get("file")
    text = form.lines.data or ""
    if file and file.filename:
        text = decoded(file.read())
    rates, wrong = rate_lines.read(text, allowed())
    if wrong or not rates:
        form.lines.data = text
        reasons = [(line.number, line.text, LINES[line.problem]) for line in wrong]
        return page(TaxForm.of(g.shop), pasted=form, reasons=reasons, nothing=not wrong), 422
    start_writing()
    return save(rates)


@blueprint.post("/shops/<slug>/settings/tax/products/<uuid:product_rate_id>")
@needs(Role.MANAGER)
def change_product_rate(product_rate_id: UUID) -> Page:
    row = require_product_rate(product_rate_id)
    rate = rate_lines.read_rate(request.form.get("rate", ""))
    if rate not in allowed():
        abort(400)
    return put(row, rate)


@blueprint.post("/shops/<slug>/settings/tax/products/<uuid:product_rate_id>/remove")
@needs(Role.MANAGER)
def remove_product_rate(product_rate_id: UUID) -> Page:
    return put(require_product_rate(product_rate_id), None)


def require_product_rate(product_rate_id: UUID) -> ProductTaxRate:
    found = db.session.scalar(select(ProductTaxRate).filter_by(id=product_rate_id, shop_id=g.shop.id))
    return found or abort(404)


def put(row: ProductTaxRate, rate: int | None) -> Page:
    code, shown = row.product_code, request.form.get("shown", -1, int)
    try:
        product_rates.change_rate(db.session, g.shop, row, rate, shown=shown, actor=staff_actor(), now=now())
    except StaleRateError:
        db.session.rollback()
        flash(
            _(
                "%(code)sの税率は、この画面を開いたあとにほかの人が変えました。現在の税率をご確認ください。",
                code=code,
            ),
            "wrong",
        )
    else:
        db.session.commit()
        fill_soon()
        done = (
            _("%(code)sを表から外しました。", code=code)
            if rate is None
            else _("%(code)sの税率を変えました。", code=code)
        )
        flash(done, "good")
    return back_to_table()


def save(rates: dict[str, int]) -> Response:
    changed = product_rates.put_rates(db.session, g.shop, rates, actor=staff_actor(), now=now())
    db.session.commit()
    fill_soon()
    flash(_("%(count)s件の商品の税率を保存しました。", count=changed), "good")
    return back_to_table()


def back_to_table() -> Response:
    return redirect(url_for("admin.show_tax", q=request.form.get("q") or None, _anchor="products"), 303)


def fill_soon() -> None:
    """Have the worker fill in orders that waited for a rate; a sweep finds the shop if this is lost."""
    if g.shop.rates_said_at is not None:
        nudge("fill_rates", str(g.shop.id))


def code_problem(code: str) -> str | None:
    if not code:
        return str(_("商品コードを書いてください。"))
    return str(LINES[LineProblem.CODE]) if len(code) > rate_lines.LONGEST_CODE else None


def page(form: TaxForm, **more: Any) -> str:
    product = more.pop("product", None) or ProductForm(formdata=None, code=request.args.get("code", ""))
    product.rate.choices = rate_choices()
    words = (request.args.get("q") or "").strip()
    return render_template(
        "admin/settings/tax.html",
        title=dict(SECTIONS)["tax"],
        form=form,
        product=product,
        pasted=more.pop("pasted", None) or LinesForm(formdata=None),
        products=product_rates.find(db.session, g.shop, words, max(1, request.args.get("page", 1, int))),
        q=words,
        rates=[(rate, rate_name(rate, today())) for rate in allowed()],
        advice={field: ADVICE[said] for field, said in advice(settings_of(g.shop)).items()},
        **waiting(),
        **more,
    )


def waiting() -> dict[str, Any]:
    return {
        "count": filling.waiting_count(db.session, g.shop.id),
        "is_filling": g.shop.rates_said_at is not None,
        "unknown": filling.unknown_products(db.session, g.shop.id),
    }


def today() -> Any:
    return tokyo_date(now())


def allowed() -> list[int]:
    """Return the rates of today's law in percent, highest first."""
    return sorted({rate.percent for rate in tax.rates_on(today())}, reverse=True)


def rate_choices(standing: int | None = None) -> list[Any]:
    rates = allowed() if standing is None or standing in allowed() else [*allowed(), standing]
    return [SelectChoice(rate, rate_name(rate, today())) for rate in rates]


def decoded(content: bytes) -> str:
    """Decode CSV as spreadsheets save it: UTF-8, or CP932 if it is not that."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932", errors="replace")
