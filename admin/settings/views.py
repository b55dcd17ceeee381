"""店舗の設定: the overview, and each section's form with its preview."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.settings.forms import SettingsForm
from admin.settings.preview import preview, preview_kind
from admin.settings.sections import FORMS, SECTIONS
from admin.settings.words import ADVICE, CARRIER_NAMES, ORDER_MEANINGS, PAYMENT_CLASSES, PROBLEMS, described, rate_name
from portal.audit import Meanwhile
from portal.clock import now
from portal.extensions import db, reading
from portal.models import Shop, Staff
from portal.shops.addresses import address_of
from portal.shops.rules.checks import Facts
from portal.shops.rules.declarations import DECLARED
from portal.shops.rules.problems import Problem
from portal.shops.rules.settings import advice
from portal.shops.verbs import Refused, Saved, Stale, change_settings, settings_of, weigh
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.settings import Weighed
from portal.web.fields import overwrite
from portal.web.redirects import is_partial

Page = str | tuple[str, int] | Response
F = TypeVar("F", bound=SettingsForm)

NAMES = ",".join(FORMS)


@blueprint.get("/shops/<slug>/settings")
@needs(Role.MANAGER)
def show_settings() -> str:
    return render_template(
        "admin/settings/overview.html",
        sections=SECTIONS,
        facts={name: form.of(g.shop).facts() for name, form in FORMS.items()},
        rate_name=partial(rate_name, on=tokyo_date(now())),
        classes=PAYMENT_CLASSES,
        taught={"carriers": (g.shop.carrier_words, CARRIER_NAMES), "states": (g.shop.status_words, ORDER_MEANINGS)},
        advice={field: ADVICE[said] for field, said in advice(settings_of(g.shop)).items()},
        mypage_url=mypage_url(g.shop),
    )


@blueprint.get(f"/shops/<slug>/settings/<any({NAMES}):section>")
@needs(Role.MANAGER)
def show_section(section: str) -> str:
    return page(section, FORMS[section].of(g.shop))


@blueprint.post(f"/shops/<slug>/settings/<any({NAMES}):section>")
@needs(Role.MANAGER)
def change_section(section: str) -> Page:
    form = FORMS[section].typed(g.shop)
    if not form.validate():
        return page(section, form), 422
    return answer(form, again=partial(page, section), done=url_for("admin.show_section", section=section))


@blueprint.post(f"/shops/<slug>/settings/<any({NAMES}):section>/preview")
@needs(Role.MANAGER)
@reading
def preview_section(section: str) -> Page:
    """Return the preview that follows typing; without JavaScript the whole page, from the preview button."""
    form = FORMS[section].typed(g.shop)
    weighed = weighed_as_typed(form)
    for column, problem in weighed.problems.items():
        form.refuse(column, PROBLEMS[problem])
    if is_partial():
        return render_template("admin/settings/_preview.html", form=form, **preview(section, weighed.usable))
    return page(section, form)


@blueprint.post("/shops/<slug>/settings/issuer/address")
@needs(Role.MANAGER)
@reading
def fill_address() -> str:
    """Fill the postcode's town into the address; nothing is saved."""
    form = FORMS["issuer"].typed(g.shop)
    town = address_of(form["issuer_postcode"].data)
    if town:
        form["issuer_address"].data = town
    else:
        form.refuse("issuer_postcode", _("この郵便番号の住所が見つかりません。住所を直接書いてください。"))
    return page("issuer", form)


def answer(form: F, *, again: Callable[[F], str], done: str) -> Page:
    """Save what is typed and go on to `done`, or show it `again` with what speaks against it beside each field."""
    outcome = change_settings(
        db.session,
        g.shop,
        form.changes(),
        version=form.version.data or 0,
        actor=staff_actor(),
        now=now(),
        actor_has_app=has_app(),
        double_confirmed=form.double_confirmed,
    )
    if isinstance(outcome, Saved):
        db.session.commit()
        flash(_("保存しました。") if outcome.fields else _("変わったところはありません。"), "good")
        return redirect(done, 303)
    db.session.rollback()
    if isinstance(outcome, Refused):
        for column, problem in outcome.problems.items():
            form.refuse(column, PROBLEMS[problem])
    if isinstance(outcome, Stale):
        tell_meanwhile(form, outcome)
        return again(form), 409
    return again(form), 422


def tell_meanwhile(form: SettingsForm, stale: Stale) -> None:
    """Say who changed what meanwhile, and keep what was typed; saving once more is then a deliberate choice."""
    standing = type(form).of(g.shop)
    for column, meanwhile in stale.fields.items():
        form.refuse(
            column,
            _(
                "この画面を開いたあとに、%(who)sが「%(value)s」に変えました。書いた内容にするなら、もう一度保存してください。",
                who=name_of(meanwhile),
                value=described(standing.field_of(column)),
            ),
        )
    overwrite(form.version, g.shop.settings_version)


def page(section: str, form: SettingsForm) -> str:
    typed = weighed_as_typed(form).usable
    return render_template(
        f"admin/settings/{section}.html",
        section=section,
        title=dict(SECTIONS)[section],
        form=form,
        declared=DECLARED,
        advice={field: ADVICE[said] for field, said in advice(settings_of(g.shop) | typed).items()},
        **extras(section),
        **(preview(section, typed) if preview_kind(section) else {}),
    )


def weighed_as_typed(form: SettingsForm) -> Weighed[Problem]:
    return weigh(g.shop, form.changes(), Facts(tokyo_date(now()), has_app(), form.double_confirmed))


def extras(section: str) -> dict[str, Any]:
    if section == "mail":
        settings = current_app.config["SETTINGS"]
        return {"usual_sender": settings.mail_from, "mail_server": settings.smtp_host or "mail.example.jp"}
    return {"has_app": has_app()} if section == "access" else {}


def has_app() -> bool:
    return current_user.staff.totp_confirmed_at is not None


def name_of(meanwhile: Meanwhile) -> str:
    kind, _colon, number = meanwhile.actor.partition(":")
    staff = db.session.get(Staff, UUID(number)) if kind == "staff" else None
    return str(_("%(name)sさん", name=staff.name) if staff else _("ほかの人"))


def mypage_url(shop: Shop) -> str:
    return f"{current_app.config['SETTINGS'].public_url}/{shop.slug}/"
