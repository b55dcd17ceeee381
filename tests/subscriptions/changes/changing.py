"""A change by staff under the shop's terms as they stand, for the tests of what changes do."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.changes.changing import change
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.record.refusals import RefusedError
from tests.cast import Cast

SUZUKI = "staff:suzuki"

Change = Callable[..., bool]


@pytest.fixture
def do(session: Session, cast: Cast, subscription: Subscription) -> Change:
    def do(wanted: Wanted, manner: Manner | None = None, **more: Any) -> bool:
        frame = frame_of(session, subscription.shop_id)
        return change(
            session, subscription, wanted, manner or Manner(), frame=frame, actor=SUZUKI, now=cast.now, **more
        )

    return do


def refusal(do: Change, wanted: Wanted, manner: Manner | None = None) -> tuple[str, str]:
    with pytest.raises(RefusedError) as refused:
        do(wanted, manner)
    return refused.value.code, refused.value.field


def dates(subscription: Subscription) -> tuple[date, date, date, date]:
    return (
        subscription.anchor_on,
        subscription.next_delivery_on,
        subscription.next_ship_on,
        subscription.next_creation_on,
    )
