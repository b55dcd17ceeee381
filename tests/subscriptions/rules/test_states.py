"""Every move from every state of a subscription: allowed, or refused."""

from datetime import date, timedelta

import pytest

from portal.subscriptions.rules.states import is_locked, may_move
from portal.values.states import SubscriptionState

S = SubscriptionState
TODAY = date(2026, 11, 21)
ALLOWED = {
    (S.ACTIVE, S.SUSPENDED),
    (S.ACTIVE, S.CANCELED),
    (S.ACTIVE, S.FINISHED),
    (S.SUSPENDED, S.ACTIVE),
    (S.SUSPENDED, S.CANCELED),
    (S.SUSPENDED, S.FINISHED),
    (S.CANCELED, S.ACTIVE),
    (S.CANCELED, S.FINISHED),
}


@pytest.mark.parametrize("wanted", S)
@pytest.mark.parametrize("current", S)
def test_every_move_is_allowed_or_not(current: S, wanted: S) -> None:
    assert may_move(current, wanted) == (current == wanted or (current, wanted) in ALLOWED)


def test_nothing_leads_out_of_finished() -> None:
    assert not any(may_move(S.FINISHED, wanted) for wanted in S if wanted != S.FINISHED)


@pytest.mark.parametrize(("days", "locked"), [(-1, False), (0, True), (1, False)])
def test_an_active_one_is_locked_on_its_creation_date_only(days: int, locked: bool) -> None:
    assert is_locked(S.ACTIVE, TODAY + timedelta(days=days), TODAY) == locked


def test_one_that_is_not_active_has_no_order_to_wait_for() -> None:
    assert not is_locked(S.SUSPENDED, TODAY, TODAY)
