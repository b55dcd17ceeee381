"""今日の仕事: what needs a person, and how the day goes."""

from flask import g, render_template

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs
from admin.today.figures import figures
from admin.today.kinds import Day
from admin.today.work import work
from portal.clock import now
from portal.extensions import db
from portal.subscriptions.record import shop_rules
from portal.values.roles import Role


@blueprint.get("/shops/<slug>/")
@needs(Role.VIEWER)
def show_today() -> str:
    rules = shop_rules.of_shop(db.session, g.shop.id)
    found = list(work(Day(db.session, g.shop, rules, now())))
    if found:
        note_look("today.viewed", "shop", g.shop.id)
    counted = figures(db.session, g.shop, now())
    return render_template("admin/today/today.html", work=found, figures=counted)
