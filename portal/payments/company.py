"""One question to a payment company and what its answer means. No database is open meanwhile."""

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
"""Neither a card nor a wallet's agreement: nothing was asked."""
CANCELLED = "order_cancelled"
"""The order was cancelled before anything was asked."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""After the first, second … try without an answer; the last for ever, because an answer is owed."""


@dataclass(frozen=True)
class Question:
    kind: str
    """authorise, capture or void."""
    gateway: str
    key: str
    amount: int
    source: str
    """Of authorise: a card's reference, a wallet's agreement; empty: there is none."""
    payment_reference: str
    """Of capture and void."""
    authorised_by: str
    """Of capture and void: the key of the authorisation, which the payment carries in its metadata."""
    tries: int
    """With this one; from the second on the company may have done it already."""
    is_wanted: bool = True
    """False: the order was cancelled. What was done before that is looked up, nothing new is asked."""


@dataclass(frozen=True)
class Answer:
    state: str
    """done or refused; asked: none came, and it is tried again at `next_try_at`."""
    reason: str = ""
    payment_reference: str = ""
    lapses_at: datetime | None = None
    next_try_at: datetime | None = None


def pause(tries: int) -> timedelta:
    return PAUSES[min(tries, len(PAUSES)) - 1]


def ask(question: Question, gateways: Mapping[str, PaymentGateway], clock: Callable[[], datetime]) -> Answer:
    """Never raises: an answer that did not come is looked up at the next try."""
    later = clock() + pause(question.tries)
    gateway = gateways.get(question.gateway)
    if gateway is None:
        # A mistake of the installation, not of the buyer's card: nobody is told that the payment failed.
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
        return Answer("refused", CANCELLED)
    if found is None and not question.source:
        return Answer("refused", NO_SOURCE)
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
        # It went by itself.
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
