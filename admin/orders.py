"""注文: the list with its search."""

from flask import render_template

from admin import blueprint
from admin.door import needs
from portal.models import Role


@blueprint.get("/shops/<slug>/orders")
@needs(Role.VIEWER)
def show_orders() -> str:
    return render_template("admin/orders/list.html")
