"""Checks of a subscription as it now is. Each raises RefusedError if it may not be so, and changes nothing."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.models import Card, ListedAddress, Subscription
from portal.models.base import Base
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.changes import next_dates
from portal.subscriptions.record.editable_fields import PAYMENT, RANGES
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule import Cycle, CycleError, methods
from portal.values import emails


def cycle_text(text: str) -> str:
    """Return the cycle in the form in which it is stored."""
    try:
        return str(Cycle.parse(text))
    except CycleError as error:
        raise RefusedError(Refusal.CYCLE, "cycle") from error


def columns(subscription: Subscription, changed: Collection[str]) -> None:
    """Check lengths and ranges of the changed columns, the e-mail address, and that the buyer's name is not empty."""
    for name in changed:
        value = getattr(subscription, name)
        least, most = RANGES.get(name, (None, None))
        if isinstance(value, int) and least is not None and most is not None and not least <= value <= most:
            raise RefusedError(Refusal.OUT_OF_RANGE, name)
        length(Subscription, name, value)
    if not subscription.buyer_name.strip():
        raise RefusedError(Refusal.REQUIRED, "buyer_name")
    if "email" in changed and subscription.email and not emails.is_address(subscription.email):
        raise RefusedError(Refusal.EMAIL, "email")


def length(model: type[Base], name: str, value: object) -> None:
    """Refuse a text that is too long for its column."""
    longest = getattr(inspect(model).columns[name].type, "length", None)
    if isinstance(value, str) and longest is not None and len(value) > longest:
        raise RefusedError(Refusal.TOO_LONG, name)


def dates(
    session: Session, subscription: Subscription, changed: Collection[str], *, anchor_before: date | None
) -> None:
    if subscription.next_ship_on > subscription.next_delivery_on:
        raise RefusedError(Refusal.SHIP_AFTER_DELIVERY, "next_ship_on")
    if "next_creation_on" in changed and subscription.next_creation_on > subscription.next_ship_on:
        raise RefusedError(Refusal.CREATION_AFTER_SHIP, "next_creation_on")
    if subscription.anchor_on != anchor_before:
        last = next_dates.last_anchor(session, subscription)
        if last is not None and subscription.anchor_on <= last:
            raise RefusedError(Refusal.DATE_TAKEN, "next_delivery_on")


def destination(session: Session, subscription: Subscription) -> None:
    if subscription.delivery_to == "listed":
        listed = session.get(ListedAddress, subscription.listed_address_id) if subscription.listed_address_id else None
        if listed is None or listed.deleted_at is not None or not _is_theirs(listed, subscription):
            raise RefusedError(Refusal.ADDRESS, "listed_address_id")
    elif subscription.delivery_to == "own":
        for name in ("recipient_name", "recipient_address"):
            if not getattr(subscription, name).strip():
                raise RefusedError(Refusal.REQUIRED, name)
    elif subscription.delivery_to != "buyer":
        raise RefusedError(Refusal.ADDRESS, "delivery_to")


def carrying(subscription: Subscription, frame: Frame, changed: Collection[str]) -> None:
    """Refuse what the carrier cannot do."""
    if {"payment_method", "carrier", "delivery_method"} & set(changed):
        at_door = methods.is_paid_at_door(subscription.payment_method, frame.payment_words)
        carrier, method = subscription.carrier, subscription.delivery_method
        if at_door and not methods.collects_money(carrier, method, frame.rules.cod_methods_refused):
            raise RefusedError(Refusal.CANNOT_COLLECT, "payment_method")
    if "time_slot" in changed and subscription.time_slot:
        days = methods.dateless_days(subscription.carrier, subscription.delivery_method, frame.rules.dateless_days)
        if days is not None:
            raise RefusedError(Refusal.NO_SLOTS, "time_slot")


def payment(session: Session, subscription: Subscription, frame: Frame, changed: Collection[str]) -> None:
    """Refuse an unregistered card, a wallet without consent, and what the shop does not offer."""
    if not PAYMENT & set(changed):
        return
    offered = frame.rules.payment_methods
    if "payment_method" in changed and offered and subscription.payment_method not in offered:
        raise RefusedError(Refusal.METHOD_NOT_OFFERED, "payment_method")
    way = way_of(subscription.payment_method, frame.payment_words)
    if way is Way.WALLET and not subscription.wallet_agreement:
        raise RefusedError(Refusal.NO_CONSENT, "wallet_agreement")
    if way is Way.CARD:
        card = session.get(Card, subscription.card_id) if subscription.card_id else None
        if card is None or card.deleted_at is not None or not _is_theirs(card, subscription):
            raise RefusedError(Refusal.NO_CARD, "card_id")


def card_is_left(session: Session, subscription: Subscription) -> None:
    """Refuse to start a subscription again if the card that paid for it was deleted meanwhile."""
    card = session.get(Card, subscription.card_id) if subscription.card_id else None
    if card is not None and card.deleted_at is not None:
        raise RefusedError(Refusal.NO_CARD, "card_id")


def _is_theirs(row: Card | ListedAddress, subscription: Subscription) -> bool:
    return row.shop_id == subscription.shop_id and row.email_key == subscription.email_key != ""
