"""The staff's first page, which leads to the only shop or to a choice of shops."""

from flask import redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import member, shops_of


@blueprint.get("/")
@member
def show_shops() -> str | Response:
    shops = shops_of(current_user.staff.id)
    if len(shops) == 1:
        return redirect(url_for("admin.show_today", slug=shops[0].slug), 303)
    return render_template("admin/today/shops.html", shops=shops)
