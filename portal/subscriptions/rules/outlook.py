"""What a subscription is about to do, as its buyer asks it: when does the next one come? Pure; days are days in Tokyo."""

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
    """An order was made and has not arrived: it comes first, and no change reaches it any more."""
    MAKING = "making"
    """Its creation date has come and the order is not there yet: it stands still for so long."""
    SKIPPED = "skipped"
    LATE = "late"
    """The day is today or past and there is no order: a person looks at it."""
    EMPTY = "empty"
    """Active, but nothing is left to be delivered."""
    PAUSED = "paused"
    CANCELED = "canceled"
    FINISHED = "finished"


@dataclass(frozen=True)
class Outlook:
    answer: Answer
    on: date | None = None
    """The day of the sentence: of the next delivery, of the skipped one, of the return from a pause."""
    then: date | None = None
    """The delivery after it, as far as there is one."""


def outlook(
    *,
    state: SubscriptionState,
    resume_on: date | None,
    creation_on: date,
    coming: Sequence[Delivery],
    under_way_on: date | None,
    today: date,
) -> Outlook:
    """`coming`: the plan; of a paused one, as it goes on after its return. `under_way_on`: of an order on its way."""
    days = [delivery.delivery_on for delivery in coming if not delivery.skipped]
    if state == _S.SUSPENDED:
        return Outlook(Answer.PAUSED, resume_on, _first(days))
    if state != _S.ACTIVE:
        return Outlook(Answer.CANCELED if state == _S.CANCELED else Answer.FINISHED)
    if under_way_on is not None:
        return Outlook(Answer.UNDER_WAY, under_way_on, _first(days))
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
