"""新しいカード: the way to the payment company's page and back. No part of a card number is typed, sent or kept here."""

from datetime import timedelta
from uuid import UUID

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal import card_returns
from portal.clock import now
from portal.extensions import db, limiter, reading, writing_session
from portal.jobs import nudge
from portal.models import Card, CardRegistration
from portal.models.base import new_id
from portal.mypage.access.second_step import who
from portal.mypage.blueprint import blueprint
from portal.mypage.cards.views import HERE, commons
from portal.mypage.subscriptions.loader import Reached, require_belongings, require_change
from portal.ports import GatewayDownError, PaymentDeclinedError, PaymentGateway, Ports
from portal.subscriptions.changes import acknowledgments
from portal.subscriptions.payment import registering
from portal.web.headers import allow_forms_to
from portal.web.languages import locale
from portal.web.logs import log
from portal.web.terms import shop_frame

FLOOD = "10 per minute"
LOOKS_AGAIN = ((timedelta(minutes=1), 3), (timedelta(minutes=10), 15))
"""Pairs of an open registration's age and the seconds until its page reloads; when older, the buyer reloads it."""


@blueprint.get(f"{HERE}/new")
def new_card(subscription_id: UUID) -> str:
    return _start_page(require_belongings(subscription_id))


@blueprint.post(f"{HERE}/new")
@limiter.limit(FLOOD, key_func=who)
@reading
def start_card(subscription_id: UUID) -> Response:
    reached = require_belongings(subscription_id)
    subscription = reached.subscription
    name, gateway = _gateway()
    if gateway is None or not subscription.email_key:
        return make_response(_start_page(reached), 503)
    pays_it = request.form.get("use") != "later" and registering.pays_by_card(db.session, subscription)
    customer = registering.known_customer(db.session, subscription, name)
    registration_id = new_id()
    order_id, actor, language = reached.order.id, reached.visit.actor, locale()
    urls = _ways_back(subscription_id, registration_id)
    # No transaction is held while the company is waited for.
    db.session.rollback()
    try:
        setup = gateway.start_card_setup(
            our_reference=registration_id.hex,
            customer_reference=customer,
            **urls,
        )
    except (GatewayDownError, PaymentDeclinedError) as error:
        log.warning("no card set-up", gateway=name, error=type(error).__name__)
        return make_response(_start_page(require_change(subscription_id), is_down=True), 503)
    with writing_session() as session:
        registering.begin(
            session,
            registration_id,
            subscription,
            order_id,
            setup,
            gateway=name,
            pays_it=pays_it,
            language=language,
            actor=actor,
            now=now(),
        )
    return redirect(setup.url, 303)


@blueprint.get(f"{HERE}/<uuid:registration_id>/return")
def show_card_return(subscription_id: UUID, registration_id: UUID) -> Response:
    """Show what became of a registration; the company's page leads here.

    The company's answer is stored by whoever asks first, and only once.
    """
    reached, registration = _looked_up(subscription_id, registration_id)
    response = _return_page(reached, registration)
    age = now() - registration.started_at
    pause = next((seconds for until, seconds in LOOKS_AGAIN if age < until), None)
    if registration.state == "open" and pause is not None:
        response.headers["Refresh"] = str(pause)
    return response


@blueprint.get(f"{HERE}/<uuid:registration_id>/given-up")
def give_card_up(subscription_id: UUID, registration_id: UUID) -> Response:
    """Show what became of a registration to a buyer who turned back on the company's page.

    A card that was accepted before is not lost. Nor is anything given up at the company by coming here: the sweep does
    that, when nobody goes on any more.
    """
    reached, registration = _looked_up(subscription_id, registration_id)
    return _return_page(reached, registration, turned_round=True)


def _ways_back(subscription_id: UUID, registration_id: UUID) -> dict[str, str]:
    own = current_app.config["SETTINGS"].public_url
    endpoints = {"return_url": ".show_card_return", "cancel_url": ".give_card_up"}
    return {
        name: own + url_for(endpoint, subscription_id=subscription_id, registration_id=registration_id)
        for name, endpoint in endpoints.items()
    }


def _looked_up(subscription_id: UUID, registration_id: UUID) -> tuple[Reached, CardRegistration]:
    """Return the subscription and its registration as they are after the company was asked."""
    reached = require_change(subscription_id)
    registration = _require(reached, registration_id)
    if _look_up(reached, registration):
        reached = require_change(subscription_id)
        registration = _require(reached, registration_id)
    return reached, registration


def _return_page(reached: Reached, registration: CardRegistration, *, turned_round: bool = False) -> Response:
    page = render_template(
        "mypage/cards/return.html",
        **commons(reached),
        registration=registration,
        state="given_up" if turned_round and registration.state == "open" else registration.state,
        card=db.session.get(Card, registration.card_id) if registration.card_id else None,
        receipt=acknowledgments.written(db.session, reached.subscription, registration.id),
    )
    return make_response(page)


def _look_up(reached: Reached, registration: CardRegistration) -> bool:
    """Ask the company about an open registration; return whether it was asked, so that the rows must be loaded again.

    If the company is down, the registration stays open.
    """
    # Staff only look at the page: nothing is asked or stored for them.
    if registration.state != "open" or reached.visit.opened_by:
        return False
    try:
        is_written = card_returns.look_up(registration.id, registration.gateway, registration.reference)
    except GatewayDownError as error:
        log.warning("card set-up unknown", gateway=registration.gateway, error=str(error))
        is_written = False
    for job in card_returns.NUDGES if is_written else ():
        nudge(job)
    return True


def _require(reached: Reached, registration_id: UUID) -> CardRegistration:
    mine = select(CardRegistration).filter_by(id=registration_id, subscription_id=reached.subscription.id)
    return db.session.scalar(mine.execution_options(populate_existing=True)) or abort(404)


def _gateway() -> tuple[str, PaymentGateway | None]:
    """Return the name and the adapter of the shop's gateway; the adapter is None if the installation has none."""
    ports: Ports = current_app.extensions["ports"]
    name = shop_frame().rules.gateway
    return name, ports.gateways.get(name)


def _start_page(reached: Reached, *, is_down: bool = False) -> str:
    name, gateway = _gateway()
    if gateway is None:
        log.error("no such payment gateway", gateway=name)
    else:
        allow_forms_to(gateway.page_origin)
    return render_template(
        "mypage/cards/new.html",
        **commons(reached),
        is_possible=gateway is not None and reached.subscription.email_key != "",
        is_down=is_down,
    )
