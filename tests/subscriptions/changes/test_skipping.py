"""お休み: skipping the next delivery and taking the skip back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Subscription
from portal.subscriptions.changes import skipping
from portal.subscriptions.changes.skipping import unskip
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.schedule import plan
from portal.values.states import SubscriptionState
from tests.cast import Cast

SUZUKI = "staff:suzuki"


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    shop = cast.shop()
    cast.rules(shop)
    return cast.subscription(shop)


def skip(session: Session, subscription: Subscription, **by: Any) -> None:
    """Skip under the shop's terms as they stand."""
    skipping.skip(session, subscription, frame=frame_of(session, subscription.shop_id), **by)


def test_a_skip_can_be_taken_back_and_each_is_written_down_once(
    session: Session, cast: Cast, subscription: Subscription
) -> None:
    for verb in (skip, skip, unskip, unskip):
        verb(session, subscription, actor=SUZUKI, now=cast.now)
    session.commit()
    assert not subscription.next_skipped
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions) == ["subscription.skipped", "subscription.unskipped"]


def test_the_plan_goes_on_after_the_skipped_delivery(session: Session, cast: Cast, subscription: Subscription) -> None:
    skip(session, subscription, actor=SUZUKI, now=cast.now)
    first, second = plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)
    assert (first.skipped, first.total) == (True, 0)
    assert (second.delivery_on, second.cycle_number) == (date(2027, 1, 15), 2)


@pytest.mark.parametrize("verb", [skip, unskip])
def test_from_the_creation_date_on_it_stays_as_it_is(
    verb: object, session: Session, cast: Cast, subscription: Subscription
) -> None:
    subscription.next_skipped = verb is unskip
    subscription.next_creation_on = date(2026, 11, 21)
    with pytest.raises(RefusedError) as refused:
        (skip if verb is skip else unskip)(session, subscription, actor=SUZUKI, now=cast.now)
    assert refused.value.code == "too_late"


def test_no_more_in_a_row_than_the_shop_allows(session: Session, cast: Cast, subscription: Subscription) -> None:
    subscription.skips_in_a_row = 1
    with pytest.raises(RefusedError) as refused:
        skip(session, subscription, actor=SUZUKI, now=cast.now)
    assert refused.value.code == "too_many_skips"


def test_only_an_active_one_has_something_to_skip(session: Session, cast: Cast, subscription: Subscription) -> None:
    subscription.state = SubscriptionState.SUSPENDED
    with pytest.raises(RefusedError) as refused:
        skip(session, subscription, actor=SUZUKI, now=cast.now)
    assert refused.value.code == "state"


def test_an_old_page_skips_nothing(session: Session, cast: Cast, subscription: Subscription) -> None:
    with pytest.raises(StaleError):
        skip(session, subscription, seen_version=subscription.version - 1, actor=SUZUKI, now=cast.now)
