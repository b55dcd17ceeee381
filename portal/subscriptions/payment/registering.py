"""カードの登録: a card typed on the payment company's page is registered for the buyer, and pays for the subscription.

The company is asked while no transaction is open, by whoever comes first: the buyer on the way back, the company's own
message, or the sweep. Its answer is written once. The old card stays in use until the new one is verified.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Unpack
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Card, CardRegistration, Order, Shop, Subscription, SubscriptionChange
from portal.notifications.outbox import Mailroom
from portal.payments import cards
from portal.payments.rules.expiry import Expiry, expiry_of
from portal.payments.rules.wallets import Way, way_of
from portal.ports import GIVEN_UP, CardSetup, PaymentDeclinedError, PaymentGateway, SavedCard
from portal.subscriptions.changes import acknowledgments, changing, standings
from portal.subscriptions.changes import mails as change_mails
from portal.subscriptions.changes.confirm import NotAllowedError
from portal.subscriptions.payment import card_acknowledgments, paying
from portal.subscriptions.payment.card_acknowledgments import By
from portal.subscriptions.record import attention, history
from portal.subscriptions.record.attention import Attention
from portal.subscriptions.record.facts import Frame, frame_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules.allowances import Change, Verdict, Why
from portal.subscriptions.rules.states import is_locked
from portal.values.dates import tokyo_date

LOOKED_AT_AFTER = timedelta(minutes=10)
"""Time after which the sweep asks; by then the buyer has usually come back by themselves."""
OVER_AFTER = timedelta(hours=24)
"""Time after which the sweep gives a registration up: nobody comes back any more."""
EXPIRED = "expired_card"
SOMEBODY_ELSES = "somebody_elses"

Said = SavedCard | PaymentDeclinedError | None
"""Answer of the company about a set-up, None while it is not over."""


# --- to the company's page ---------------------------------------------------------------------------------------------
def known_customer(session: Session, subscription: Subscription, gateway: str) -> str:
    """Return the company's reference for the buyer from earlier cards, even deleted ones; empty if there is none."""
    theirs = select(Card.customer_reference).where(
        Card.shop_id == subscription.shop_id,
        Card.email_key == subscription.email_key,
        Card.gateway == gateway,
        Card.customer_reference != "",
    )
    return session.scalar(theirs.order_by(Card.created_at.desc(), Card.id.desc()).limit(1)) or ""


def begin(
    session: Session,
    registration_id: UUID,
    subscription: Subscription,
    order_id: UUID,
    setup: CardSetup,
    *,
    gateway: str,
    pays_it: bool,
    language: str,
    actor: str,
    now: datetime,
) -> CardRegistration:
    """Store the registration, once the company has made the set-up.

    Only then is there anything that could come back.
    """
    registration = CardRegistration(
        id=registration_id,
        shop_id=subscription.shop_id,
        subscription_id=subscription.id,
        order_id=order_id,
        email_key=subscription.email_key,
        gateway=gateway,
        reference=setup.reference,
        pays_it=pays_it,
        language=language,
        actor=actor,
        started_at=now,
    )
    session.add(registration)
    session.flush()
    return registration


def pays_by_card(session: Session, subscription: Subscription) -> bool:
    shop = session.get_one(Shop, subscription.shop_id)
    return way_of(subscription.payment_method, shop.payment_words) is Way.CARD


# --- back from the company's page --------------------------------------------------------------------------------------
def open_ones(session: Session, gateways: Collection[str], now: datetime, limit: int) -> Sequence[CardRegistration]:
    """Return the registrations whose buyers did not come back in time, oldest first."""
    waiting = select(CardRegistration).where(
        CardRegistration.state == "open",
        CardRegistration.gateway.in_(gateways),
        CardRegistration.started_at < now - LOOKED_AT_AFTER,
    )
    return session.scalars(waiting.order_by(CardRegistration.started_at).limit(limit)).all()


def ask(gateway: PaymentGateway, reference: str, *, gives_up: bool = False) -> Said:
    """Ask the company how the set-up stands; the caller has no transaction open. May raise GatewayDownError.

    `gives_up`: cancel the set-up first, so that it takes no card any more.
    """
    if gives_up:
        gateway.cancel_card_setup(reference)
    try:
        return gateway.finish_card_setup(reference)
    except PaymentDeclinedError as declined:
        return declined


def complete(session: Session, registration_id: UUID, said: Said, *, mailroom: Mailroom, now: datetime) -> bool:
    """Write the answer with all its effects; return False if it was written before or the set-up is not over.

    After the commit the caller nudges `send_mails` and `settle_payments`.
    """
    registration = session.get_one(CardRegistration, registration_id)
    subscription = session.get_one(Subscription, registration.subscription_id)
    history.take(session, subscription)
    session.refresh(registration, with_for_update=True)
    if registration.state != "open" or said is None:
        return False
    if isinstance(said, PaymentDeclinedError):
        _close(registration, "given_up" if said.code == GIVEN_UP else "refused", said.code, now)
        return True
    if expiry_of(said.expires, tokyo_date(now)) is Expiry.EXPIRED:
        _close(registration, "refused", EXPIRED, now)
        return True
    shop = session.get_one(Shop, registration.shop_id)
    try:
        card = cards.add(
            session,
            shop,
            # The buyer may have changed the e-mail address meanwhile.
            email_key=subscription.email_key or registration.email_key,
            gateway=registration.gateway,
            saved=said,
            actor=registration.actor,
            now=now,
        )
    except LookupError:
        _close(registration, "refused", SOMEBODY_ELSES, now)
        return True
    registration.card_id = card.id
    _close(registration, "verified", "", now)
    by = By(
        frame=frame_of(session, registration.shop_id),
        order=session.get_one(Order, registration.order_id),
        once_id=registration.id,
        mailroom=mailroom,
        language=registration.language,
        actor=registration.actor,
        now=now,
    )
    if registration.pays_it:
        registration.reason = _pay_with(session, subscription, card, by)
    if not registration.pays_it or registration.reason:
        card_acknowledgments.registered(session, subscription, card, **by)
    return True


def _close(registration: CardRegistration, state: str, reason: str, now: datetime) -> None:
    registration.state, registration.reason, registration.finished_at = state, reason[:100], now


def _pay_with(session: Session, subscription: Subscription, card: Card, by: By) -> str:
    """Put the card to use; return why that was refused, empty if it was not. It stays registered either way."""
    try:
        put_to_use(session, subscription, card, seen_version=None, **by)
    except NotAllowedError as error:
        return str(error.verdict.why)
    except RefusedError as error:
        return str(error.code)
    return ""


# --- using a card that is registered -----------------------------------------------------------------------------------
def may_change(session: Session, subscription: Subscription, frame: Frame, today: date) -> Verdict:
    """Return whether the card may be changed; while an order waits for a payment that works, also after the deadline.

    The change is for the sake of that order. Only on the day on which the next order is made it waits until tomorrow.
    """
    verdict = standings.verdicts(session, subscription, frame, today)[Change.CARD]
    if verdict.why in (Why.TOO_LATE, Why.LOCKED) and paying.held_orders(session, subscription):
        return Verdict(Why.LOCKED) if is_locked(subscription.state, subscription.next_creation_on, today) else Verdict()
    return verdict


def put_to_use(
    session: Session, subscription: Subscription, card: Card, *, seen_version: int | None, **by: Unpack[By]
) -> SubscriptionChange | None:
    """Let the card pay for this subscription from now on, and ask with it again for the orders that were refused.

    Return None if it paid already. If NotAllowedError, RefusedError or StaleError is raised, nothing was changed. Raise
    LookupError if the id is another subscription's.
    """
    frame, actor, now = by["frame"], by["actor"], by["now"]
    done = acknowledgments.begin(session, subscription, by["once_id"], seen_version)
    if done is not None:
        return done
    verdict = may_change(session, subscription, frame, tokyo_date(now))
    if not verdict.allowed:
        raise NotAllowedError(verdict)
    if not pays_by_card(session, subscription):
        raise RefusedError(Refusal.METHOD_NOT_OFFERED, "payment_method")
    before = history.snapshot(subscription)
    if not changing.change(session, subscription, {"card_id": card.id}, frame=frame, actor=actor, now=now):
        return None
    receipt = acknowledgments.write(
        session,
        subscription,
        Change.CARD,
        once_id=by["once_id"],
        before=before,
        after=history.snapshot(subscription),
        language=by["language"],
        actor=actor,
        now=now,
    )
    shop = session.get_one(Shop, subscription.shop_id)
    change_mails.tell(
        session, by["mailroom"], shop, subscription, by["order"], receipt, frame, language=by["language"], now=now
    )
    if subscription.attention_reason == Attention.CARD_EXPIRED:
        attention.clear(session, subscription, actor=actor, now=now)
    paying.retry(session, subscription, actor=actor, now=now)
    return receipt
