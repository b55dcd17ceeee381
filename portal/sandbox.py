"""TEST ONLY: page of a made-up payment company, on which a test card is chosen. No money moves."""

from typing import cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from portal.adapters.sandbox_gateway import NUMBERS, Behaviour, SandboxGateway
from portal.clock import now
from portal.extensions import reading
from portal.ports import Ports
from portal.values.dates import tokyo_date
from portal.web.headers import allow_forms_to

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")
YEARS_GOOD = 3


@blueprint.get("/cards/<reference>")
def show_card_page(reference: str) -> str:
    gateway = _gateway()
    try:
        cancel_url = gateway.cancel_url(reference)
    except KeyError:
        abort(404)
    allow_forms_to(gateway.page_origin)
    return render_template("sandbox/card.html", shop=None, cards=NUMBERS, reference=reference, cancel_url=cancel_url)


@blueprint.post("/cards/<reference>")
@reading
def take_card(reference: str) -> Response:
    """Take the test card behind the typed number; the number itself is not kept."""
    behaviour = NUMBERS.get("".join(request.form.get("number", "").split())) or abort(400)
    today = tokyo_date(now())
    # A card that is about to expire is still valid when it is typed, or the company would not take it.
    year = today.year if behaviour is Behaviour.EXPIRED else today.year + YEARS_GOOD
    try:
        back = _gateway().complete_card_setup(reference, behaviour, f"{year}-{today.month:02}")
    except KeyError:
        abort(404)
    return redirect(back, 303)


def _gateway() -> SandboxGateway:
    ports: Ports = current_app.extensions["ports"]
    return cast(SandboxGateway, ports.gateways["sandbox"])


def init_app(app: Flask) -> None:
    """Register the page only if `adapters.wire` made the sandbox a gateway."""
    if "sandbox" in app.extensions["ports"].gateways:
        app.register_blueprint(blueprint)
