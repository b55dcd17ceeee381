"""The moves between the states of a subscription, and when it stands still for its order to be made. Pure."""

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
        # Used up, or ended for good: it is not started again.
        _S.FINISHED: frozenset(),
    }
)


def may_move(current: SubscriptionState, wanted: SubscriptionState) -> bool:
    """Staying where it is counts as allowed: verbs are idempotent."""
    return wanted == current or wanted in MOVES[current]


def is_locked(state: SubscriptionState, creation_on: date, today: date) -> bool:
    """On the creation date itself nothing changes until the order is made, which moves the date on.

    One whose date is past waits for a person (late cycles), who must be able to change it.
    """
    return state == _S.ACTIVE and creation_on == today
