"""TEST ONLY: the page of the payment company that exists nowhere, on which a test card is chosen. No money moves."""

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
    """The number goes no further than this line."""
    behaviour = NUMBERS.get("".join(request.form.get("number", "").split())) or abort(400)
    today = tokyo_date(now())
    # One that expires is still good when it is typed, or its company would not take it.
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
    """Only where the sandbox is a gateway at all: `adapters.wire`."""
    if "sandbox" in app.extensions["ports"].gateways:
        app.register_blueprint(blueprint)
