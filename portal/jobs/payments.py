"""Jobs for payments: ask the companies what is open, capture or release authorized amounts."""

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock
from portal.jobs.context import begin, ports
from portal.jobs.queue import job, nudge
from portal.models import PaymentAttempt
from portal.payments import attempts, capturing
from portal.subscriptions.payment import answers as payment_answers

PAYMENTS_A_RUN = 50
CAPTURES_A_COMMIT = 100


@job
def settle_payments() -> None:
    """Settle open payments with the payment companies. Nudged after every commit that asked for one."""

    def answered(session: Session, attempt: PaymentAttempt) -> None:
        room = current_app.extensions["mailroom"]
        payment_answers.answered(session, attempt, mailroom=room, actor="job:settle_payments", now=clock.now())

    asked = attempts.settle_due(begin, ports().gateways, answered=answered, clock=clock.now, limit=PAYMENTS_A_RUN)
    if asked:
        nudge("send_mails")
    if asked == PAYMENTS_A_RUN:
        nudge("settle_payments")


@job
def ask_captures() -> None:
    """Ask to capture the money of shipped orders and to release that of ended ones. Nudged after shipments came in."""
    found = CAPTURES_A_COMMIT
    asked = 0
    while found == CAPTURES_A_COMMIT:
        with begin() as session, session.begin():
            found = capturing.ask_due(session, actor="job:ask_captures", now=clock.now(), limit=CAPTURES_A_COMMIT)
        asked += found
    if asked:
        nudge("settle_payments")
