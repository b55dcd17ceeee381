"""定期購入の設定: the overview, and each section's form with its preview."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.settings.views import name_of
from admin.subscription_settings.form import RulesForm
from admin.subscription_settings.preview import preview
from admin.subscription_settings.sections import FORMS, SECTIONS, NumberingForm
from admin.subscription_settings.words import ADVICE, problem_words, told, unit_of
from portal.clock import now
from portal.extensions import db, reading
from portal.models import SubscriptionRules
from portal.subscriptions.record import shop_rules
from portal.subscriptions.rules.checks import MOST_N
from portal.subscriptions.rules.declarations import DECLARED
from portal.subscriptions.rules.problems import Problem
from portal.subscriptions.rules.settings import Facts, advice
from portal.subscriptions.terms import offered_items
from portal.subscriptions.terms.closed_days import closures
from portal.subscriptions.terms.field_list import categories_of
from portal.subscriptions.terms.label_list import labels_of
from portal.subscriptions.terms.reasons import Kind, on_offer
from portal.subscriptions.terms.settings import (
    Refused,
    Saved,
    Stale,
    change_settings,
    count_active,
    settings_of,
    weigh,
)
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.settings import Weighed
from portal.web.fields import overwrite
from portal.web.redirects import is_partial

Page = str | tuple[str, int] | Response

TOPICS = ",".join(FORMS)


@blueprint.get("/shops/<slug>/subscription-settings")
@needs(Role.MANAGER)
def show_subscription_settings() -> str:
    rules = shop_rules.of_shop(db.session, g.shop.id)
    settings = settings_of(rules)
    facts: dict[str, list[tuple[str, str]]] = {topic: [] for topic in FORMS}
    for column, setting in DECLARED.items():
        facts[setting.section].append((_(setting.name), told(column, settings[column])))
    return render_template(
        "admin/subscription_settings/overview.html",
        sections=SECTIONS,
        facts=facts,
        advice={column: ADVICE[said] for column, said in advice(settings).items()},
        enabled=rules.enabled,
        active=count_active(db.session, g.shop),
        offered=offered_items.of_shop(db.session, g.shop.id),
        labels=labels_of(db.session, g.shop),
        reasons={kind: on_offer(db.session, g.shop.id, kind) for kind in Kind},
        categories=categories_of(db.session, g.shop),
        closures=closures(db.session, g.shop, tokyo_date(now())),
    )


@blueprint.get(f"/shops/<slug>/subscription-settings/<any({TOPICS}):topic>")
@needs(Role.MANAGER)
def show_subscription_section(topic: str) -> str:
    rules = shop_rules.of_shop(db.session, g.shop.id)
    return page(topic, FORMS[topic].of(rules), rules)


@blueprint.post(f"/shops/<slug>/subscription-settings/<any({TOPICS}):topic>")
@needs(Role.MANAGER)
def change_subscription_section(topic: str) -> Page:
    form = FORMS[topic]()
    if not form.validate():
        rules = shop_rules.of_shop(db.session, g.shop.id)
        # Everything that is wrong is said at once.
        refuse(form, Refused(weighed_as_typed(form, rules).problems))
        return page(topic, form, rules), 422
    outcome = change_settings(
        db.session,
        g.shop,
        form.changes(),
        version=form.version.data or 0,
        last_number_shown=form.last_shown if isinstance(form, NumberingForm) else None,
        actor=staff_actor(),
        now=now(),
    )
    if isinstance(outcome, Saved):
        db.session.commit()
        flash(_("保存しました。") if outcome.fields else _("変わったところはありません。"), "good")
        return redirect(url_for("admin.show_subscription_section", topic=topic), 303)
    db.session.rollback()
    rules = shop_rules.of_shop(db.session, g.shop.id)
    if isinstance(outcome, Stale):
        tell_meanwhile(form, outcome, rules)
        return page(topic, form, rules), 409
    refuse(form, outcome)
    return page(topic, form, rules), 422


@blueprint.post(f"/shops/<slug>/subscription-settings/<any({TOPICS}):topic>/preview")
@needs(Role.MANAGER)
@reading
def preview_subscription_section(topic: str) -> Page:
    """Return the preview that follows typing; without JavaScript the whole page, from the button."""
    form = FORMS[topic]()
    form.validate()
    rules = shop_rules.of_shop(db.session, g.shop.id)
    if is_partial() and topic in PREVIEWED:
        typed = weighed_as_typed(form, rules).usable
        return render_template(
            f"admin/subscription_settings/_preview_{topic}.html", form=form, **preview(topic, form, rules, typed)
        )
    refuse(form, Refused(weighed_as_typed(form, rules).problems))
    return page(topic, form, rules)


PREVIEWED = frozenset({"days", "numbering"})


def page(topic: str, form: RulesForm, rules: SubscriptionRules, **more: Any) -> str:
    typed = weighed_as_typed(form, rules).usable
    return render_template(
        f"admin/subscription_settings/{topic}.html",
        topic=topic,
        title=dict(SECTIONS)[topic],
        form=form,
        is_previewed=topic in PREVIEWED,
        advice={column: ADVICE[said] for column, said in advice(settings_of(rules) | typed).items()},
        active=count_active(db.session, g.shop),
        declared=DECLARED,
        most_n=MOST_N,
        unit_of=unit_of,
        **preview(topic, form, rules, typed),
        **({"closures": closures(db.session, g.shop, tokyo_date(now()))} if topic == "days" else {}),
        **({"closing": {}, "closing_problem": ""} | more),
    )


def weighed_as_typed(form: RulesForm, rules: SubscriptionRules) -> Weighed[Problem]:
    return weigh(rules, form.changes(), Facts(active=count_active(db.session, g.shop)))


def refuse(form: RulesForm, refused: Refused) -> None:
    for path, problem in refused.problems.items():
        form.refuse(path, problem_words(path, problem))


def tell_meanwhile(form: RulesForm, stale: Stale, rules: SubscriptionRules) -> None:
    """Say who changed what meanwhile, and keep what was typed; saving once more is then a deliberate choice."""
    for column, meanwhile in stale.fields.items():
        value = told(column, getattr(rules, column)).replace("\n", " / ")
        if meanwhile is None:
            sentence = _(
                "この画面を開いたあとに、番号が%(value)sまで進みました。よろしければ、もう一度保存してください。",
                value=value,
            )
        else:
            sentence = _(
                "この画面を開いたあとに、%(who)sが「%(value)s」に変えました。書いた内容にするなら、もう一度保存してください。",
                who=name_of(meanwhile),
                value=value,
            )
        form.refuse(column, sentence)
    overwrite(form.version, rules.version)
    if isinstance(form, NumberingForm):
        overwrite(form.last_number_shown, rules.last_number)
