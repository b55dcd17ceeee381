"""Exports of subscriptions, and of the orders that a run has made; the worker writes them."""

from uuid import UUID

from flask import abort, g, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.exports.views import request_export
from admin.ground.door import needs
from admin.subscriptions.search_form import SubscriptionsForm
from admin.subscriptions.words import state_names
from portal.exports import generated_orders, subscriptions
from portal.extensions import db
from portal.models import GenerationRun
from portal.subscriptions.overview import search
from portal.subscriptions.record import shop_rules
from portal.subscriptions.terms import labels
from portal.values.roles import Role


@blueprint.post("/shops/<slug>/subscriptions/export")
@needs(Role.MANAGER)
def export_subscriptions() -> Response:
    """Export the subscriptions that the search in the address finds."""
    asked = SubscriptionsForm(request.args)
    names = state_names(shop_rules.of_shop(db.session, g.shop.id).status_names)
    asked.offer(names, search.payments_of(db.session, g.shop.id), labels.of_shop(db.session, g.shop.id))
    if not asked.validate():
        abort(400)
    return request_export("subscriptions", subscriptions.question(asked.q.data or "", asked.filters))


@blueprint.post("/shops/<slug>/subscriptions/runs/<uuid:generation_id>/export")
@needs(Role.MANAGER)
def export_generated_orders(generation_id: UUID) -> Response:
    """Export the orders that were made on the day of the run, to hand them on."""
    run = db.session.scalar(select(GenerationRun).filter_by(id=generation_id, shop_id=g.shop.id)) or abort(404)
    return request_export("generated_orders", generated_orders.question(run.day, run.day))
