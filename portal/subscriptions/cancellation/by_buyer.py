"""解約 by the buyer: at once if nothing is against it, else as a request written down with its time. It never fails."""

from datetime import date, datetime
from typing import Unpack, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import requests
from portal.access.requests import RequestKind
from portal.models import BuyerRequest, Order, Subscription, SubscriptionChange
from portal.receipts.documents import Cancellation, ComingOrder
from portal.receipts.documents.cancellation import Cause, Item
from portal.subscriptions.changes import acknowledgments, confirm, standings
from portal.subscriptions.changes.acknowledgments import By
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.overview.made_orders import ToCome, to_come
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame, facts_of
from portal.subscriptions.rules.allowances import STATES, Change, Verdict, Why, last_day
from portal.subscriptions.schedule import Facts, amount_to_pay, cancellable_from, commitment, plan
from portal.values.dates import tokyo_date
from portal.values.masks import mask_email, mask_phone
from portal.values.states import OrderStatus, SubscriptionState

FROZEN = "cancelling"
"""Key in `SubscriptionChange.facts` of the `Cancellation` as it stood when it was confirmed."""


_LATE = (Why.TOO_LATE, Why.LOCKED)


class OtherOutcomeError(Exception):
    """Raised if the cancellation would now take effect but was to be written down, or the other way round.

    Nothing was changed.
    """


def is_possible(subscription: Subscription) -> bool:
    """Tell whether the subscription can be canceled: not if it is canceled or finished already."""
    return subscription.state in STATES[Change.CANCEL]


def foresee(
    session: Session, subscription: Subscription, frame: Frame, *, is_proved: bool, today: date
) -> Cancellation:
    """Return what a cancellation would do now.

    `is_proved`: the buyer has taken the second step, or the shop asks for none. Otherwise staff must ask who it is.
    """
    verdict = standings.verdicts(session, subscription, frame, today)[Change.CANCEL]
    facts = facts_of(session, subscription, frame)
    bound = commitment(facts.items, subscription.orders_made)
    is_active = subscription.state == SubscriptionState.ACTIVE
    extra = frame.rules.changes.get(Change.CANCEL) or 0
    return Cancellation(
        subscription_number=subscription.number,
        cause=cast(Cause, _cause(verdict, is_proved=is_proved)),
        items=tuple(Item(item.name, item.quantity) for item in subscription.items),
        is_proved=is_proved,
        coming=tuple(map(_coming, to_come(session, subscription, today))),
        next_delivery_on=_next_delivery_on(facts) if is_active else None,
        deadline=last_day(standings.standing_of(session, subscription, frame), extra, Change.CANCEL),
        commitment_count=bound.count,
        commitment_to_go=bound.to_go,
        to_pay=amount_to_pay(facts, subscription.orders_made),
        possible_from=_possible_from(session, subscription, verdict, frame, today) if is_active else None,
    )


def cancel_or_request(
    session: Session,
    subscription: Subscription,
    order: Order,
    frame: Frame,
    *,
    reason: str,
    reply_to: str,
    is_proved: bool,
    takes_effect: bool,
    once_id: UUID,
    seen_version: int,
    **by: Unpack[By],
) -> SubscriptionChange:
    """Cancel the subscription, or write down the request, and return the receipt.

    `order`: the one through which the buyer came. `takes_effect`: what the page had said before it was confirmed. A
    request that waits for its answer is not made a second time: its receipt is returned. If NotAllowedError (canceled
    or finished already), OtherOutcomeError or StaleError is raised, nothing was changed. Raise LookupError like
    `carry_out`.
    """
    done = acknowledgments.begin(session, subscription, once_id, seen_version)
    if done is not None:
        return done
    if not is_possible(subscription):
        raise confirm.NotAllowedError(Verdict(Why.STATE))
    foreseen = foresee(session, subscription, frame, is_proved=is_proved, today=tokyo_date(by["now"]))
    if foreseen.takes_effect != takes_effect:
        raise OtherOutcomeError
    if takes_effect:
        proposal = Proposal(Change.CANCEL, reason=reason)
        receipt = confirm.carry_out(
            session, subscription, proposal, frame, once_id=once_id, seen_version=seen_version, **by
        )
        _settle_waiting(session, subscription, actor=by["actor"], now=by["now"])
    else:
        waiting = waiting_for(session, subscription, is_proved=is_proved, reply_to=reply_to)
        if waiting is not None:
            return waiting
        request = requests.write(
            session,
            order,
            subscription=subscription,
            kind=RequestKind.CANCELLATION,
            text=reason,
            reply_to=reply_to,
            actor=by["actor"],
            now=by["now"],
        )
        as_it_is = history.snapshot(subscription)
        receipt = acknowledgments.write(
            session,
            subscription,
            Change.CANCEL,
            once_id=once_id,
            before=as_it_is,
            after=as_it_is,
            request=request,
            **by,
        )
    receipt.facts = receipt.facts | {FROZEN: foreseen.to_dict()}
    session.flush()
    return receipt


def frozen(receipt: SubscriptionChange) -> Cancellation:
    """Return the cancellation as it stood when it was confirmed. Raise KeyError if the receipt is of another change."""
    return Cancellation.from_dict(receipt.facts[FROZEN])


def waiting_for(
    session: Session, subscription: Subscription, *, is_proved: bool, reply_to: str = ""
) -> SubscriptionChange | None:
    """Return the receipt of a request that staff have not answered, or None.

    A request that nobody proved may be a stranger's: it does not count for a buyer who is proved, nor for one who
    wants the answer somewhere else.
    """
    waiting = (
        select(SubscriptionChange, BuyerRequest.reply_to)
        .join(BuyerRequest, BuyerRequest.id == SubscriptionChange.request_id)
        .where(
            SubscriptionChange.subscription_id == subscription.id,
            SubscriptionChange.kind == Change.CANCEL,
            BuyerRequest.answered_at.is_(None),
        )
        .order_by(SubscriptionChange.at, SubscriptionChange.id)
    )
    for receipt, goes_to in session.execute(waiting):
        if frozen(receipt).is_proved if is_proved else goes_to == reply_to:
            return receipt
    return None


def shown_reply_to(
    session: Session, subscription: Subscription, order: Order, receipt: SubscriptionChange | None = None
) -> str:
    """Return, masked, the e-mail address or phone number that staff answer to; empty if none is known.

    `receipt`: the request's, once there is one.
    """
    typed = session.get_one(BuyerRequest, receipt.request_id).reply_to if receipt and receipt.request_id else ""
    email = mask_email(subscription.email_key or order.email_key)
    return mask_email(typed) or mask_phone(typed) or email or mask_phone(subscription.phone or order.phone)


def newest(session: Session, subscription: Subscription) -> SubscriptionChange | None:
    """Return the receipt of the last cancellation, or of the last request for one, or None."""
    mine = select(SubscriptionChange).filter_by(subscription_id=subscription.id, kind=str(Change.CANCEL))
    return session.scalars(mine.order_by(SubscriptionChange.at.desc(), SubscriptionChange.id.desc()).limit(1)).first()


def _possible_from(
    session: Session, subscription: Subscription, verdict: Verdict, frame: Frame, today: date
) -> date | None:
    days = [verdict.again_from] if verdict.why in _LATE else []
    if not frame.rules.cancel_within_commitment:
        days.append(cancellable_from(facts_of(session, subscription, frame), subscription.orders_made))
    return max((day for day in days if day is not None and day > today), default=None)


def _cause(verdict: Verdict, *, is_proved: bool) -> str:
    if verdict.why in _LATE:
        return Why.TOO_LATE
    return verdict.why or ("" if is_proved else "unproved")


def _next_delivery_on(facts: Facts) -> date | None:
    """Return the day of the first delivery that is not skipped, or None if nothing is left to be delivered."""
    return next((delivery.delivery_on for delivery in plan(facts, 2) if not delivery.skipped), None)


def _coming(one: ToCome) -> ComingOrder:
    order = one.order
    is_shipped = order.status == OrderStatus.SHIPPED
    return ComingOrder(order.code, order.total, order.payment_state == "paid", one.delivery_on, is_shipped)


def _settle_waiting(session: Session, subscription: Subscription, *, actor: str, now: datetime) -> None:
    """Settle the requests to cancel: what they asked for has been done."""
    asked = select(BuyerRequest).filter_by(subscription_id=subscription.id, answered_at=None)
    for request in session.scalars(asked.where(BuyerRequest.kind == RequestKind.CANCELLATION)):
        requests.resolve(session, request, actor=actor, now=now)
