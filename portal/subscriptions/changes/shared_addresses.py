"""Addresses that several subscriptions share, edited by their buyer: the buyer's own, and entries of the list.

An edit names every subscription that it moves, and moves all of them or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Unpack, cast
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ListedAddress, Subscription, SubscriptionChange
from portal.subscriptions.changes import acknowledgments, addresses, changing, destinations, standings
from portal.subscriptions.changes.acknowledgments import By
from portal.subscriptions.changes.addresses import Entry
from portal.subscriptions.changes.confirm import carry_out
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record import history
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.record.refusals import StaleError
from portal.subscriptions.rules.allowances import Change, Verdict
from portal.values.dates import tokyo_date
from portal.values.records import read_off
from portal.values.states import SubscriptionState

_S = SubscriptionState
TOLD = frozenset({_S.ACTIVE, _S.SUSPENDED})
"""States in which a new address is a change with a receipt; a canceled subscription gets the address without one."""


@dataclass(frozen=True)
class OwnAddress:
    """Columns of Subscription with the buyer's own address, which is the destination if `delivery_to` is buyer."""

    buyer_name: str
    postcode: str
    prefecture: str
    address: str
    buyer_kana: str = ""


@dataclass(frozen=True)
class Move:
    """Effect that an edit would have on one subscription."""

    subscription: Subscription
    proposal: Proposal
    """Change to preview; for an entry of the list, as if the new address were the subscription's alone."""
    verdict: Verdict
    is_in_time: bool
    """False if the next delivery could not be kept."""

    @property
    def is_possible(self) -> bool:
        return self.verdict.allowed and self.is_in_time


class CannotMoveError(Exception):
    """Raised if a subscription cannot move to the new address; nothing was changed."""

    def __init__(self, move: Move) -> None:
        super().__init__(move.subscription.number)
        self.move = move


# --- subscriptions that share an address -----------------------------------------------------------------------------
def own_of(subscription: Subscription) -> OwnAddress:
    return read_off(OwnAddress, subscription)


def sharing_own(session: Session, subscription: Subscription) -> list[Subscription]:
    """Return it and the buyer's others with exactly the same own address, by number, without finished ones."""
    same = select(Subscription).filter_by(shop_id=subscription.shop_id, **asdict(own_of(subscription)))
    if subscription.email_key:
        same = same.filter_by(email_key=subscription.email_key)
    else:
        same = same.filter_by(id=subscription.id)
    return list(session.scalars(_going(same)))


def sharing_listed(session: Session, listed: ListedAddress) -> list[Subscription]:
    return [one for one in addresses.going_to(session, listed) if one.state != _S.FINISHED]


def seen(*rows: Subscription | ListedAddress) -> str:
    """Return a text that identifies what a form was made from: it differs once a row has changed, come or gone."""
    return ",".join(f"{row.id.hex}:{row.version}" for row in rows)


# --- preview ---------------------------------------------------------------------------------------------------------
def moves_of_own(
    session: Session, subscription: Subscription, own: OwnAddress, frame: Frame, today: date
) -> list[Move]:
    return [
        _own_move(session, one, own, frame, today) for one in sharing_own(session, subscription) if one.state in TOLD
    ]


def moves_of_listed(session: Session, listed: ListedAddress, entry: Entry, frame: Frame, today: date) -> list[Move]:
    return [
        _listed_move(session, one, entry, frame, today) for one in sharing_listed(session, listed) if one.state in TOLD
    ]


# --- edit ------------------------------------------------------------------------------------------------------------
def edit_own(
    session: Session,
    subscription: Subscription,
    own: OwnAddress,
    frame: Frame,
    *,
    seen_rows: str,
    once_id: UUID,
    **by: Unpack[By],
) -> Sequence[SubscriptionChange]:
    """Change the buyer's own address and return the receipts, one for each subscription whose state is in TOLD.

    If CannotMoveError, RefusedError or StaleError is raised, nothing was changed.
    """
    shared = _locked(session, sharing_own(session, subscription))
    done = written(session, shared, once_id)
    if done:
        return done
    _compare(subscription, seen_rows, seen(*shared))
    today = tokyo_date(by["now"])
    moves = {one.id: _possible(_own_move(session, one, own, frame, today)) for one in shared if one.state in TOLD}
    receipts = []
    for one in shared:
        if one.id in moves:
            once = uuid5(once_id, one.id.hex)
            receipts.append(
                carry_out(session, one, moves[one.id].proposal, frame, once_id=once, seen_version=one.version, **by)
            )
        else:
            changing.change(session, one, _wanted_own(own), frame=frame, actor=by["actor"], now=by["now"])
    return receipts


def edit_listed(
    session: Session,
    listed: ListedAddress,
    entry: Entry,
    frame: Frame,
    *,
    seen_rows: str,
    once_id: UUID,
    **by: Unpack[By],
) -> Sequence[SubscriptionChange]:
    """Change an entry of the list like `edit_own`; return no receipts if nothing goes there yet."""
    shared = _locked(session, sharing_listed(session, listed))
    done = written(session, shared, once_id)
    if done or addresses.entry_of(listed) == entry:
        return done
    _compare(listed, seen_rows, seen(listed, *shared))
    told = [one for one in shared if one.state in TOLD]
    for one in told:
        _possible(_listed_move(session, one, entry, frame, tokyo_date(by["now"])))
    before = {one.id: _snapshot(session, one) for one in told}
    addresses.change(session, listed, entry, frame=frame, actor=by["actor"], now=by["now"])
    return [
        acknowledgments.write(
            session,
            one,
            Change.ADDRESS,
            once_id=uuid5(once_id, one.id.hex),
            before=before[one.id],
            after=_snapshot(session, one),
            **by,
        )
        for one in told
    ]


def told_by(session: Session, receipts: Sequence[SubscriptionChange]) -> list[Subscription]:
    """Return the subscriptions that the receipts are about."""
    return [session.get_one(Subscription, receipt.subscription_id) for receipt in receipts]


def _going(query: Any) -> Any:
    live = query.where(Subscription.deleted_at.is_(None), Subscription.state != _S.FINISHED)
    return live.order_by(Subscription.number)


def _locked(session: Session, shared: Sequence[Subscription]) -> list[Subscription]:
    """Lock the subscriptions in order of id, so that two edits wait for each other and do not deadlock."""
    for one in sorted(shared, key=lambda each: each.id):
        history.take(session, one)
    return list(shared)


def written(session: Session, shared: Sequence[Subscription], once_id: UUID) -> list[SubscriptionChange]:
    """Return the receipts of the form if it was sent before."""
    found = (session.get(SubscriptionChange, uuid5(once_id, one.id.hex)) for one in shared)
    return [receipt for receipt in found if receipt is not None]


def _compare(current: Subscription | ListedAddress, before: str, now: str) -> None:
    if before != now:
        raise StaleError(current)


def _possible(move: Move) -> Move:
    if not move.is_possible:
        raise CannotMoveError(move)
    return move


def _own_move(session: Session, subscription: Subscription, own: OwnAddress, frame: Frame, today: date) -> Move:
    wanted = _wanted_own(own)
    if subscription.delivery_to != "buyer":
        return _move(session, subscription, wanted, None, frame, today)
    wanted["shipping_fee"] = destinations.shipping_fee(session, subscription, own.prefecture, frame)
    return _move(session, subscription, wanted, own.prefecture, frame, today)


def _listed_move(session: Session, subscription: Subscription, entry: Entry, frame: Frame, today: date) -> Move:
    wanted: Wanted = {
        "delivery_to": "own",
        "recipient_name": entry.recipient_name,
        "recipient_kana": entry.recipient_kana,
        "recipient_phone": entry.phone,
        "recipient_postcode": entry.postcode,
        "recipient_prefecture": entry.prefecture,
        "recipient_address": entry.address,
        "shipping_fee": destinations.shipping_fee(session, subscription, entry.prefecture, frame),
    }
    return _move(session, subscription, wanted, entry.prefecture, frame, today)


def _move(
    session: Session, subscription: Subscription, wanted: Wanted, prefecture: str | None, frame: Frame, today: date
) -> Move:
    """Return the move. `prefecture`: the new destination's, None if the destination stays."""
    return Move(
        subscription,
        Proposal(Change.ADDRESS, wanted),
        standings.verdicts(session, subscription, frame, today)[Change.ADDRESS],
        prefecture is None or destinations.is_in_time(session, subscription, prefecture, frame, today),
    )


def _wanted_own(own: OwnAddress) -> Wanted:
    return cast(Wanted, asdict(own))


def _snapshot(session: Session, subscription: Subscription) -> Mapping[str, Any]:
    """Return the snapshot with the entry in words: the subscription's own columns only refer to it."""
    words = acknowledgments.listed_address_words(session, subscription.listed_address_id)
    return history.snapshot(subscription) | {"listed_address": words}
