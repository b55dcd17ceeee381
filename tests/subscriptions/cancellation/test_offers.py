"""The one offer that is made before a cancellation."""

from datetime import date
from typing import Any

import pytest

from portal.subscriptions.cancellation import offers
from portal.subscriptions.changes import standings
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.rules.allowances import Change
from portal.values.dates import tokyo_date
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.cancellation.plans import Plan

ALL = ["pause", "skip", "longer"]


@pytest.mark.parametrize(
    ("offered", "rules", "columns", "found"),
    [
        (ALL, {}, {}, Change.PAUSE),
        (["skip", "pause"], {}, {}, Change.SKIP),
        (["longer", "pause"], {}, {}, Change.CYCLE),
        ([], {}, {}, None),
        (ALL, {"changes": {"pause": None}}, {}, Change.SKIP),
        (["skip", "longer"], {}, {"next_skipped": True}, Change.CYCLE),
        (["skip", "longer"], {}, {"skips_in_a_row": 1}, Change.CYCLE),
        # The shop offers no longer cycle than 花子's.
        (["longer"], {"cycles_offered": {"weeks": [1, 4]}}, {}, None),
        (["longer", "pause"], {"cycles_offered": {"months": [1, 3]}}, {"cycle": "months:3"}, Change.PAUSE),
        (["longer"], {"cycles_offered": {}}, {}, None),
        (ALL, {}, {"next_creation_on": date(2026, 11, 21)}, None),
        (ALL, {}, {"state": "suspended"}, None),
    ],
)
def test_the_first_offer_that_is_possible_now(
    cast: Cast,
    clock: Clock,
    offered: list[str],
    rules: dict[str, Any],
    columns: dict[str, Any],
    found: Change | None,
) -> None:
    plan = Plan(cast, clock, {"offers_before_cancelling": offered} | rules, columns)
    verdicts = standings.verdicts(
        plan.session, plan.subscription, frame_of(plan.session, plan.subscription.shop_id), tokyo_date(clock())
    )
    assert offers.first_possible(plan.subscription, plan.terms, verdicts) == found
