"""今日の仕事: what needs a person."""

from flask import g, render_template

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs
from admin.subscriptions.words import attention_words, state_names
from portal.clock import now
from portal.extensions import db
from portal.subscriptions.record import shop_rules
from portal.today import today
from portal.values.roles import Role


@blueprint.get("/shops/<slug>/")
@needs(Role.VIEWER)
def show_today() -> str:
    rules = shop_rules.of_shop(db.session, g.shop.id)
    found = today(db.session, g.shop, rules, now())
    if found.requests.count or found.orders.count or found.subscriptions.count or found.late.count:
        note_look("today.viewed", "shop", g.shop.id)
    names = state_names(rules.status_names)
    return render_template("admin/today/today.html", today=found, reason_words=attention_words, names=names)
