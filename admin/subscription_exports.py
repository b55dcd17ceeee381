"""Files of subscriptions, and of the orders that a run has made; the worker writes them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin import blueprint
from admin.door import needs, staff_actor
from admin.exports_form import ExportForm
from admin.subscription_words import state_names
from admin.subscriptions_form import SubscriptionsForm
from portal.clock import now
from portal.exports import generated_orders, subscriptions
from portal.exports import verbs as exports
from portal.extensions import db
from portal.jobs import nudge
from portal.models import GenerationRun, Role
from portal.subscriptions import labels, rules, search
from portal.values.csv_text import Encoding


@blueprint.post("/shops/<slug>/subscriptions/export")
@needs(Role.MANAGER)
def export_subscriptions() -> Response:
    """Of the search in the address."""
    asked = SubscriptionsForm(request.args)
    names = state_names(rules.of_shop(db.session, g.shop.id).status_names)
    asked.offer(names, search.payments_of(db.session, g.shop.id), labels.of_shop(db.session, g.shop.id))
    if not asked.validate():
        abort(400)
    return _request("subscriptions", subscriptions.question(asked.q.data or "", asked.filters))


@blueprint.post("/shops/<slug>/subscriptions/runs/<uuid:generation_id>/export")
@needs(Role.MANAGER)
def export_generated_orders(generation_id: UUID) -> Response:
    """To hand them on: the orders that were made on the day of the run."""
    run = db.session.scalar(select(GenerationRun).filter_by(id=generation_id, shop_id=g.shop.id)) or abort(404)
    return _request("generated_orders", generated_orders.question(run.day, run.day))


def _request(kind: str, question: Mapping[str, Any]) -> Response:
    form = ExportForm()
    if not form.validate():
        abort(400)
    try:
        once_key = form.once_key
    except ValueError:
        abort(400)
    export = exports.request(
        db.session,
        shop=g.shop,
        kind=kind,
        question=question,
        encoding=Encoding(form.encoding.data),
        once_key=once_key,
        actor=staff_actor(),
        now=now(),
    )
    db.session.commit()
    nudge("write_export", str(export.id))
    return redirect(url_for(".show_export", export_id=export.id), 303)
