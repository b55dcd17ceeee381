"""お店の休み: single days and ranges on which nothing is sent, below the days' settings."""

from datetime import date

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscription_settings.sections import DaysForm
from admin.subscription_settings.views import page
from portal.clock import now
from portal.extensions import db
from portal.subscriptions.record import shop_rules
from portal.subscriptions.terms.closed_days import LONGEST, LONGEST_NOTE, Closure, RangeProblem, range_problem
from portal.subscriptions.terms.closed_days import close_days as close
from portal.subscriptions.terms.closed_days import open_days as open_again
from portal.values.dates import DateError, parse_date, tokyo_date
from portal.values.roles import Role
from portal.web.fields import tidied

Page = str | tuple[str, int] | Response

RANGES = {
    RangeProblem.MISSING: _l("休みの日を選んでください。"),
    RangeProblem.BACKWARDS: _l("最後の日が、最初の日より前です。"),
    RangeProblem.PAST: _l("もう過ぎた日です。これからの日を選んでください。"),
    RangeProblem.TOO_LONG: _l("一度に追加できるのは%(most)s日までです。年をご確認ください。", most=LONGEST),
    RangeProblem.TOO_FAR: _l("3年より先の休みは追加できません。年をご確認ください。"),
}


@blueprint.post("/shops/<slug>/subscription-settings/closed-days")
@needs(Role.MANAGER)
def close_days() -> Page:
    first = typed_day("first")
    last = typed_day("last") if request.form.get("last") else first
    note = tidied(request.form.get("note"))[:LONGEST_NOTE]
    problem = range_problem(first, last, tokyo_date(now()))
    if problem or first is None or last is None:
        return refused(RANGES[problem or RangeProblem.MISSING]), 422
    added = close(db.session, g.shop, Closure(first, last, note), actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("%(count)s日を休みにしました。", count=len(added)) if added else _("もう休みになっています。"), "good")
    return back_to_days()


@blueprint.post("/shops/<slug>/subscription-settings/closed-days/removal")
@needs(Role.MANAGER)
def open_days() -> Page:
    first, last = typed_day("first"), typed_day("last")
    problem = range_problem(first, last, date.min)
    if first is None or last is None or problem not in (None, RangeProblem.TOO_FAR):
        return refused(RANGES[problem or RangeProblem.MISSING]), 422
    gone = open_again(db.session, g.shop, Closure(first, last, "").days, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("%(count)s日を休みから外しました。", count=len(gone)) if gone else _("もう休みではありません。"), "good")
    return back_to_days()


def typed_day(name: str) -> date | None:
    try:
        return parse_date(request.form.get(name, ""))
    except DateError:
        return None


def refused(sentence: object) -> str:
    """Show the days' page with the closed days as typed and why they are refused; the settings are as stored."""
    rules = shop_rules.of_shop(db.session, g.shop.id)
    return page("days", DaysForm.of(rules), rules, closing=request.form, closing_problem=sentence)


def back_to_days() -> Response:
    return redirect(url_for("admin.show_subscription_section", topic="days", _anchor="closed"), 303)
