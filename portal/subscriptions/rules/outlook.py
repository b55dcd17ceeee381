"""The answer to the buyer's question when the next delivery comes. Days are days in Tokyo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.subscriptions.schedule.planning import Delivery
from portal.values.states import SubscriptionState

_S = SubscriptionState


class Answer(StrEnum):
    NEXT = "next"
    UNDER_WAY = "under_way"
    """An order was made and has not arrived yet: it comes first, and no change affects it any more."""
    MAKING = "making"
    """The creation date has come and the order is not made yet; nothing can be changed until then."""
    SKIPPED = "skipped"
    LATE = "late"
    """The delivery date is today or past and there is no order; staff look at it."""
    EMPTY = "empty"
    """The subscription is active, but nothing is left to be delivered."""
    PAUSED = "paused"
    CANCELED = "canceled"
    FINISHED = "finished"


@dataclass(frozen=True)
class Outlook:
    answer: Answer
    on: date | None = None
    """Day that the answer names: of the next delivery, of the skipped one, or of the return from a pause."""
    then: date | None = None
    """Day of the delivery after it; None if there is none."""
    also: tuple[date, ...] = ()
    """Days of further orders under way, which come before `then`."""
    for_once: frozenset[date] = frozenset()
    """Days that are not the cycle's: the delivery was moved for this once."""

    @property
    def named(self) -> date | None:
        """Return the day of the delivery that comes first, None if none is known."""
        return self.on if self.answer in (Answer.NEXT, Answer.MAKING, Answer.UNDER_WAY) else self.then

    @property
    def is_for_once(self) -> bool:
        return self.named in self.for_once


def outlook(
    *,
    state: SubscriptionState,
    resume_on: date | None,
    creation_on: date,
    coming: Sequence[Delivery],
    under_way_on: Sequence[date],
    today: date,
) -> Outlook:
    """Return what the subscription will do next, and when.

    `coming`: the plan; for a paused subscription, the plan after its return. `under_way_on`: delivery dates of the orders
    on their way, in order.
    """
    days = [delivery.delivery_on for delivery in coming if not delivery.skipped]
    if state == _S.SUSPENDED:
        return Outlook(Answer.PAUSED, resume_on, _first(days))
    if state != _S.ACTIVE:
        return Outlook(Answer.CANCELED if state == _S.CANCELED else Answer.FINISHED)
    if under_way_on:
        first, *more = under_way_on
        return Outlook(Answer.UNDER_WAY, first, _first(days), tuple(more))
    if not coming:
        return Outlook(Answer.EMPTY)
    if coming[0].skipped:
        return Outlook(Answer.SKIPPED, coming[0].delivery_on, _first(days))
    if coming[0].delivery_on <= today:
        return Outlook(Answer.LATE, coming[0].delivery_on)
    answer = Answer.MAKING if creation_on <= today else Answer.NEXT
    return Outlook(answer, coming[0].delivery_on, _first(days[1:]))


def _first(days: Sequence[date]) -> date | None:
    return days[0] if days else None
