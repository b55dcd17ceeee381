"""Transitions between the states of a subscription, and when it is locked until its order is made."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from portal.values.states import SubscriptionState

_S = SubscriptionState

MOVES: Mapping[SubscriptionState, frozenset[SubscriptionState]] = MappingProxyType(
    {
        _S.ACTIVE: frozenset({_S.SUSPENDED, _S.CANCELED, _S.FINISHED}),
        _S.SUSPENDED: frozenset({_S.ACTIVE, _S.CANCELED, _S.FINISHED}),
        _S.CANCELED: frozenset({_S.ACTIVE, _S.FINISHED}),
        # It is used up or was ended for good, so it cannot be started again.
        _S.FINISHED: frozenset(),
    }
)


def may_move(current: SubscriptionState, wanted: SubscriptionState) -> bool:
    """Return whether the transition is allowed. Staying in the same state is: verbs are idempotent."""
    return wanted == current or wanted in MOVES[current]


def is_locked(state: SubscriptionState, creation_on: date, today: date) -> bool:
    """Return whether nothing may be changed: on the creation date itself, until making the order moves the date on.

    A subscription whose creation date is past is not locked: it waits for a person (late cycles), who must be able to
    change it.
    """
    return state == _S.ACTIVE and creation_on == today
