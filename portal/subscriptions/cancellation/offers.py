"""Offer that a shop makes once to a buyer who wants to cancel: the first that is possible now."""

from collections.abc import Mapping

from portal.models import Subscription, SubscriptionRules
from portal.subscriptions.rules.allowances import Change, Verdict
from portal.subscriptions.rules.settings import OFFER_NEEDS
from portal.subscriptions.schedule.cycles import Cycle, CycleKind
from portal.values.states import SubscriptionState

DAYS = {"days": 1, "weeks": 7, "months": 30}
"""Days in a cycle's unit, to tell the longer one of two cycles."""


def first_possible(
    subscription: Subscription, rules: SubscriptionRules, verdicts: Mapping[Change, Verdict]
) -> Change | None:
    """Return the first offer that is possible and helps, or None. A paused subscription is offered nothing."""
    if subscription.state != SubscriptionState.ACTIVE:
        return None
    changes = (Change(OFFER_NEEDS[offer]) for offer in rules.offers_before_cancelling)
    helping = (change for change in changes if change is not Change.CYCLE or _has_longer(subscription, rules))
    return next((change for change in helping if verdicts[change].allowed), None)


def _has_longer(subscription: Subscription, rules: SubscriptionRules) -> bool:
    now = Cycle.parse(subscription.cycle)
    longest = (most * DAYS[CycleKind(kind).unit] for kind, (_least, most) in rules.cycles_offered.items())
    return max(longest, default=0) > now.n * DAYS[now.unit]
