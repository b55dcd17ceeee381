"""Looking up a card's set-up at the payment company and storing what it says, for whoever asks first."""

from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import CardRegistration
from portal.ports import Ports
from portal.subscriptions.payment import registering

NUDGES = ("send_mails", "settle_payments")
"""Jobs to nudge once something was written: mails about the change, and the orders that waited for a good card."""


def look_up(registration_id: UUID, gateway: str, reference: str, *, gives_up: bool = False) -> bool:
    """Look up a set-up and return whether something was written.

    The company is waited for without a transaction: what `db.session` has not committed is taken back. Raise
    GatewayDownError if the company cannot be reached: the set-up stays open, and the sweep asks again.
    """
    ports: Ports = current_app.extensions["ports"]
    known = ports.gateways.get(gateway)
    if known is None:
        return False
    db.session.rollback()
    said = registering.ask(known, reference, gives_up=gives_up)
    if said is None:
        return False
    room = current_app.extensions["mailroom"]
    with writing_session() as session:
        return registering.complete(session, registration_id, said, mailroom=room, now=now())


def look_up_by_reference(gateway: str, reference: str) -> bool:
    """Look up the set-up that the company's own message names; one that is not ours, or over, is passed over."""
    ours = select(CardRegistration.id).filter_by(gateway=gateway, reference=reference, state="open")
    registration_id = db.session.scalar(ours)
    return registration_id is not None and look_up(registration_id, gateway, reference)
