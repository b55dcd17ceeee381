"""Payments by Stripe, with its own library: Checkout in set-up mode, then off-session PaymentIntents in yen.

Cards are typed on Stripe's page. A lost request is found again by our reference in the metadata: Stripe keeps an
idempotency key for at least a day, and by then its search has long had the payment.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import stripe
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from portal.ports import (
    GIVEN_UP,
    LAPSED,
    CardSetup,
    ForgedMessageError,
    GatewayDownError,
    Payment,
    PaymentDeclinedError,
    PaymentStanding,
    PaymentUncertainError,
    SavedCard,
)

Answer = TypeVar("Answer")

PAGE_ORIGIN = "https://checkout.stripe.com"
PATIENCE = (3.0, 15.0)
"""Timeouts in seconds of the connection and the answer: a buyer waits, and a claim of a payment lasts two minutes."""
HELD_FOR = timedelta(days=7)
"""Time for which an authorization can be captured if Stripe does not say."""
BRANDS: Mapping[str, str] = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
STANDINGS: Mapping[str, PaymentStanding] = {
    "requires_capture": PaymentStanding.AUTHORISED,
    "succeeded": PaymentStanding.CAPTURED,
    "canceled": PaymentStanding.VOID,
    "requires_payment_method": PaymentStanding.DECLINED,
    "requires_action": PaymentStanding.DECLINED,
    "requires_confirmation": PaymentStanding.DECLINED,
}
TELLING = frozenset({"checkout.session.completed", "checkout.session.expired"})
"""Types of messages that a set-up is over."""
REFUSED_TO_LISTEN = (stripe.AuthenticationError, stripe.PermissionError, stripe.RateLimitError)
"""Errors at which Stripe did nothing, and not because of the card."""


class StripeGateway:
    def __init__(self, secret_key: str, webhook_secret: str, *, api_url: str = "") -> None:
        """Create the client. `api_url` replaces Stripe's own URL."""
        addresses: dict[str, Any] = {"base_addresses": {"api": api_url}} if api_url else {}
        # No automatic retries: before we ask again, we look up what became of the first request.
        client = stripe.RequestsClient(timeout=PATIENCE)
        self._stripe = stripe.StripeClient(secret_key, http_client=client, max_network_retries=0, **addresses).v1
        self._webhook_secret = webhook_secret

    # --- cards --------------------------------------------------------------------------------------------------------
    @property
    def page_origin(self) -> str:
        return PAGE_ORIGIN

    def start_card_setup(
        self, *, our_reference: str, return_url: str, cancel_url: str, customer_reference: str = ""
    ) -> CardSetup:
        with _asking():
            customer = self._customer(customer_reference, our_reference)
            wanted: Any = {
                "mode": "setup",
                "customer": customer,
                "allowed_payment_method_types": ["card"],
                "success_url": return_url,
                "cancel_url": cancel_url,
                "client_reference_id": our_reference,
                "metadata": {"reference": our_reference},
                "setup_intent_data": {"metadata": {"reference": our_reference}},
            }
            session = self._stripe.checkout.sessions.create(wanted, {"idempotency_key": f"{our_reference}-setup"})
        if not session.url:
            raise GatewayDownError("a set-up without a page")
        return CardSetup(session.id, session.url)

    def finish_card_setup(self, setup_reference: str) -> SavedCard | None:
        with _asking():
            session = self._stripe.checkout.sessions.retrieve(
                setup_reference, {"expand": ["setup_intent.payment_method"]}
            )
        if session.status == "open":
            return None
        if session.status == "expired":
            raise PaymentDeclinedError(GIVEN_UP)
        intent: Any = session.setup_intent
        if intent.status == "processing":
            return None
        if intent.status != "succeeded":
            raise PaymentDeclinedError(_code_of(intent.last_setup_error) or "setup_refused")
        card = intent.payment_method.card
        return SavedCard(
            reference=intent.payment_method.id,
            customer_reference=str(session.customer or ""),
            brand=BRANDS.get(card.brand, card.brand.capitalize())[:20],
            last4=card.last4,
            expires=f"{card.exp_year}-{card.exp_month:02}",
        )

    def cancel_card_setup(self, setup_reference: str) -> None:
        try:
            with _asking():
                self._stripe.checkout.sessions.expire(setup_reference)
        except PaymentDeclinedError:
            # The set-up is over already, completed or expired.
            return

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> str:
        signature = headers.get("Stripe-Signature", "")
        try:
            event = stripe.Webhook.construct_event(body, signature, self._webhook_secret)
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise ForgedMessageError from error
        about = event.data.object
        return str(about["id"]) if event.type in TELLING and about["mode"] == "setup" else ""

    def _customer(self, known: str, our_reference: str) -> str:
        """Return the id of the known customer, or of a new one if it is not known or was deleted at Stripe."""
        if known:
            try:
                customer: Any = self._stripe.customers.retrieve(known)
            except stripe.InvalidRequestError as error:
                if error.code != "resource_missing":
                    raise
            else:
                if not getattr(customer, "deleted", False):
                    return known
        made = self._stripe.customers.create(
            {"metadata": {"reference": our_reference}}, {"idempotency_key": f"{our_reference}-customer"}
        )
        return made.id

    # --- payments -----------------------------------------------------------------------------------------------------
    def authorise(self, *, amount: int, source: str, key: str, our_reference: str) -> Payment:
        """Authorize the amount, in whole yen as Stripe takes it: yen has no smaller unit."""
        with _asking():
            customer = self._customer_of(source)
        with _moving_money():
            intent = self._stripe.payment_intents.create(
                {
                    "amount": amount,
                    "currency": "jpy",
                    "customer": customer,
                    "payment_method": source,
                    "allowed_payment_method_types": ["card"],
                    "capture_method": "manual",
                    "confirm": True,
                    "off_session": True,
                    "metadata": {"reference": our_reference},
                    "expand": ["latest_charge"],
                },
                {"idempotency_key": key},
            )
        payment = _payment(intent)
        if payment.standing is PaymentStanding.DECLINED:
            raise PaymentDeclinedError(payment.code)
        return payment

    def capture(self, payment_reference: str, *, amount: int, key: str) -> Payment:
        def ask() -> stripe.PaymentIntent:
            wanted: Any = {"amount_to_capture": amount, "expand": ["latest_charge"]}
            return self._stripe.payment_intents.capture(payment_reference, wanted, {"idempotency_key": key})

        return self._change(payment_reference, ask, {PaymentStanding.VOID: LAPSED}, "not_capturable")

    def void(self, payment_reference: str, *, key: str) -> Payment:
        def ask() -> stripe.PaymentIntent:
            wanted: Any = {"expand": ["latest_charge"]}
            return self._stripe.payment_intents.cancel(payment_reference, wanted, {"idempotency_key": key})

        return self._change(payment_reference, ask, {PaymentStanding.VOID: ""}, "not_voidable")

    def find(self, our_reference: str, *, source: str = "", payment_reference: str = "") -> Payment | None:
        """Return the payment or None. By its id or customer it is found at once; Stripe's search may lag a minute."""
        with _asking():
            if payment_reference:
                return _payment(self._retrieve(payment_reference))
            found = self._of_customer(our_reference, source) if source else None
            found = found or self._searched(our_reference)
            return _payment(found) if found else None

    def _change(
        self,
        payment_reference: str,
        ask: Callable[[], stripe.PaymentIntent],
        answers: Mapping[PaymentStanding, str],
        otherwise: str,
    ) -> Payment:
        """Make a change. If it is no longer possible, raise PaymentDeclinedError with a code by the payment's standing.

        `answers`: standing → code, or "" if the change was made before; `otherwise`: code of all other standings.
        """
        try:
            with _moving_money():
                return _payment(ask())
        except PaymentDeclinedError as declined:
            if declined.code != "payment_intent_unexpected_state":
                raise
        with _asking():
            payment = _payment(self._retrieve(payment_reference))
        code = answers.get(payment.standing, otherwise)
        if code:
            raise PaymentDeclinedError(code)
        return payment

    def _retrieve(self, payment_reference: str) -> stripe.PaymentIntent:
        return self._stripe.payment_intents.retrieve(payment_reference, {"expand": ["latest_charge"]})

    def _customer_of(self, source: str) -> str:
        """Return the customer's id. Raise PaymentDeclinedError if the card was removed at Stripe."""
        customer = self._stripe.payment_methods.retrieve(source).customer
        if customer is None:
            raise PaymentDeclinedError("no_card")
        return customer if isinstance(customer, str) else customer.id

    def _of_customer(self, our_reference: str, source: str) -> stripe.PaymentIntent | None:
        try:
            customer = self._customer_of(source)
        except (PaymentDeclinedError, stripe.InvalidRequestError):
            return None
        wanted: Any = {"customer": customer, "limit": 100, "expand": ["data.latest_charge"]}
        theirs = self._stripe.payment_intents.list(wanted).auto_paging_iter()
        return next((intent for intent in theirs if _reference_of(intent) == our_reference), None)

    def _searched(self, our_reference: str) -> stripe.PaymentIntent | None:
        wanted: Any = {"query": f"metadata['reference']:'{our_reference}'", "expand": ["data.latest_charge"]}
        return next(iter(self._stripe.payment_intents.search(wanted).data), None)


# --- what Stripe's answers mean ------------------------------------------------------------------------------------------
@contextmanager
def _asking() -> Iterator[None]:
    """Translate Stripe's errors for a request that moves no money and can be repeated without harm."""
    try:
        yield
    except stripe.CardError as error:
        raise PaymentDeclinedError(_code_of(error.error) or str(error.code)) from error
    except stripe.InvalidRequestError as error:
        raise PaymentDeclinedError(error.code or "invalid_request") from error
    except stripe.StripeError as error:
        raise GatewayDownError(type(error).__name__) from error


@contextmanager
def _moving_money() -> Iterator[None]:
    try:
        with _asking():
            yield
    except GatewayDownError as down:
        error = down.__cause__
        if isinstance(error, REFUSED_TO_LISTEN) or (
            isinstance(error, stripe.APIConnectionError) and _never_left(error)
        ):
            raise
        raise PaymentUncertainError(str(down)) from error


def _never_left(error: stripe.APIConnectionError) -> bool:
    """Tell whether the request was never sent, because there was no connection."""
    arguments = getattr(error.__cause__, "args", ())
    reason = getattr(arguments[0], "reason", None) if arguments else None
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def _code_of(error: Any) -> str:
    """Return the code of a refusal: the bank's decline code if there is one, since it says more than "declined"."""
    return str(getattr(error, "decline_code", None) or getattr(error, "code", None) or "") if error else ""


def _reference_of(intent: stripe.PaymentIntent) -> str:
    return str(intent.metadata["reference"]) if "reference" in intent.metadata else ""


def _payment(intent: stripe.PaymentIntent) -> Payment:
    """Return the payment. Raise PaymentUncertainError if Stripe itself does not know its outcome yet."""
    standing = STANDINGS.get(intent.status)
    if standing is None:
        raise PaymentUncertainError(intent.status)
    code = ""
    if standing is PaymentStanding.DECLINED:
        code = _code_of(intent.last_payment_error) or "authentication_required"
    elif standing is PaymentStanding.VOID and intent.cancellation_reason == "automatic":
        code = LAPSED
    return Payment(
        reference=intent.id,
        amount=intent.amount_received if standing is PaymentStanding.CAPTURED else intent.amount,
        standing=standing,
        lapses_at=_lapses_at(intent),
        code=code,
    )


def _lapses_at(intent: stripe.PaymentIntent) -> datetime:
    charge: Any = intent.latest_charge
    details = getattr(charge, "payment_method_details", None)
    until = getattr(getattr(details, "card", None), "capture_before", None)
    if until:
        return datetime.fromtimestamp(until, UTC)
    return datetime.fromtimestamp(intent.created, UTC) + HELD_FOR
