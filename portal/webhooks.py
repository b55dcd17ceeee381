"""Messages that payment companies send us by themselves: POST /webhooks/<their name>, signed."""

from flask import Blueprint, Flask, abort, current_app, request

from portal import card_returns
from portal.extensions import csrf, reading
from portal.jobs import nudge
from portal.ports import ForgedMessageError, GatewayDownError, Ports
from portal.web.logs import log

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/<name>")
@reading
def take_message(name: str) -> tuple[str, int]:
    """Look up what a message is about, for it is only a nudge. A message about anything else is accepted, too."""
    ports: Ports = current_app.extensions["ports"]
    gateway = ports.gateways.get(name) or abort(404)
    try:
        reference = gateway.read_message(request.get_data(), dict(request.headers))
    except ForgedMessageError:
        log.warning("forged message", gateway=name)
        abort(400)
    try:
        is_written = reference != "" and card_returns.look_up_by_reference(name, reference)
    except GatewayDownError:
        # The company sends the message again.
        return "", 503
    for job in card_returns.NUDGES if is_written else ():
        nudge(job)
    return "", 200


def init_app(app: Flask) -> None:
    # No browser sends these: the signature takes the place of the form's token.
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
