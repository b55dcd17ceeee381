"""One question to a payment company and what its answer means. No database connection is open meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from portal.ports import (
    LAPSED,
    GatewayDownError,
    Payment,
    PaymentDeclinedError,
    PaymentGateway,
    PaymentStanding,
)

log = structlog.get_logger("mypage")

NO_SOURCE = "no_card"
"""Reason of a refusal without asking: there is no card."""
NO_CONSENT = "no_consent"
"""Reason of a refusal without asking: the buyer has no agreement with the wallet."""
CANCELED = "order_cancelled"
"""Reason of a refusal without asking: the order was canceled before."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""Waits after the first, second … try without an answer; the last one repeats, because an answer is owed."""


@dataclass(frozen=True)
class Question:
    kind: str
    """"authorise", "capture" or "void"."""
    gateway: str
    key: str
    amount: int
    source: str
    """Card's reference or wallet's agreement to authorize with, empty if there is none."""
    payment_reference: str
    """Company's reference of the payment to capture or void, empty to authorize."""
    authorised_by: str
    """Key of the authorization to capture or void, which the payment carries in its metadata."""
    tries: int
    """Number of tries including this one; from the second on the company may have done it already."""
    lacks: str = NO_SOURCE
    """Reason to refuse for if `source` is empty: `NO_SOURCE` or `NO_CONSENT`."""
    is_wanted: bool = True
    """False if the order was canceled or returned: an earlier payment is looked up, but no new one is asked for."""


@dataclass(frozen=True)
class Answer:
    state: str
    """"done" or "refused"; "asked" if no answer came, to be tried again at `next_try_at`."""
    reason: str = ""
    payment_reference: str = ""
    lapses_at: datetime | None = None
    next_try_at: datetime | None = None


def pause(tries: int) -> timedelta:
    return PAUSES[min(tries, len(PAUSES)) - 1]


def ask(question: Question, gateways: Mapping[str, PaymentGateway], clock: Callable[[], datetime]) -> Answer:
    """Ask the company without ever raising: an answer that did not come is looked up at the next try."""
    later = clock() + pause(question.tries)
    gateway = gateways.get(question.gateway)
    if gateway is None:
        # This is a mistake of the installation, not of the buyer's card: nobody is told that the payment failed.
        log.error("no such payment gateway", gateway=question.gateway)
        return Answer("asked", "no_gateway", next_try_at=later)
    try:
        return _KINDS[question.kind](question, gateway)
    except PaymentDeclinedError as declined:
        return Answer("refused", declined.code)
    except GatewayDownError:
        return Answer("asked", "gateway_down", next_try_at=later)
    except Exception as error:  # noqa: BLE001 - whatever it was, the money may have moved: only looking it up tells
        log.warning("payment uncertain", key=question.key, error=type(error).__name__)
        return Answer("asked", "uncertain", next_try_at=later)


def _authorise(question: Question, gateway: PaymentGateway) -> Answer:
    found = gateway.find(question.key, source=question.source) if question.tries > 1 else None
    if found is None and not question.is_wanted:
        return Answer("refused", CANCELED)
    if found is None and not question.source:
        return Answer("refused", question.lacks)
    payment = found or gateway.authorise(
        amount=question.amount, source=question.source, key=question.key, our_reference=question.key
    )
    if payment.standing in (PaymentStanding.AUTHORISED, PaymentStanding.CAPTURED):
        return _done(payment)
    return Answer("refused", payment.code or LAPSED, payment.reference)


def _capture(question: Question, gateway: PaymentGateway) -> Answer:
    found = _authorisation(question, gateway) if question.tries > 1 else None
    if found is not None and found.standing is PaymentStanding.CAPTURED:
        return _done(found)
    return _done(gateway.capture(question.payment_reference, amount=question.amount, key=question.key))


def _void(question: Question, gateway: PaymentGateway) -> Answer:
    found = _authorisation(question, gateway) if question.tries > 1 else None
    if found is not None and found.standing is PaymentStanding.VOID:
        return _done(found)
    try:
        return _done(gateway.void(question.payment_reference, key=question.key))
    except PaymentDeclinedError as declined:
        if declined.code != LAPSED:
            raise
        # The authorization lapsed by itself.
        return Answer("done", payment_reference=question.payment_reference)


def _authorisation(question: Question, gateway: PaymentGateway) -> Payment | None:
    return gateway.find(question.authorised_by, payment_reference=question.payment_reference)


def _done(payment: Payment) -> Answer:
    return Answer("done", payment_reference=payment.reference, lapses_at=payment.lapses_at)


_KINDS: Mapping[str, Callable[[Question, PaymentGateway], Answer]] = {
    "authorise": _authorise,
    "capture": _capture,
    "void": _void,
}
