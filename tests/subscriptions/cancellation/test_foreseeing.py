"""What a cancellation comes to, shown beforehand and kept on its receipt: commitment, deadline, what still comes."""

from datetime import UTC, date, datetime

import pytest

from portal.subscriptions.cancellation import by_buyer
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.cancellation.plans import Plan, bound


def test_the_figures_of_a_commitment(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3)})
    foreseen = plan.foresee()
    assert (foreseen.commitment_count, foreseen.commitment_done, foreseen.commitment_to_go) == (3, 1, 2)
    # Two orders of ¥1,080 and ¥500 for shipping remain; the later one is made on 4 January.
    assert foreseen.to_pay == 3160
    assert foreseen.possible_from == date(2027, 1, 5)


def test_a_commitment_that_the_shop_does_not_hold_to_binds_nobody(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, {"cancel_within_commitment": True}, {"items": bound(3)})
    assert plan.foresee().takes_effect
    assert plan.foresee().possible_from is None


def test_a_commitment_that_is_met_leaves_nothing_to_pay(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3), "orders_made": 3})
    foreseen = plan.foresee()
    assert (foreseen.takes_effect, foreseen.commitment_to_go, foreseen.to_pay) == (True, 0, 0)


def test_too_late_within_a_commitment_it_is_the_commitments_end_that_counts(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3), "next_creation_on": date(2026, 11, 21)})
    assert plan.foresee().cause == "too_late"
    assert plan.foresee().possible_from == date(2027, 1, 5)


def test_what_was_made_and_not_shipped_still_comes(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock)
    others = {"A-2": "shipped", "A-3": "cancelled", "A-4": "on_hold", "A-5": "partially_shipped"}
    for day, (code, status) in enumerate(others.items(), 19):
        at = datetime(2026, 11, day, tzinfo=UTC)
        cast.order(plan.shop, code, subscription_id=plan.subscription.id, status=status, ordered_at=at)
    cast.order(plan.shop, "B-1")
    foreseen = plan.foresee()
    assert [order.code for order in foreseen.coming] == ["A-10234", "A-4", "A-5"]
    assert foreseen.unpaid == 0
    plan.order.payment_state = "unpaid"
    assert plan.foresee().unpaid == 3280


@pytest.mark.parametrize(
    ("shipped_on", "state", "still_comes"),
    [
        (date(2026, 11, 20), "registered", True),
        (date(2026, 11, 20), "delivered", False),
        (date(2026, 11, 20), "returned", False),
        (date(2026, 11, 1), "out_for_delivery", True),
        (date(2026, 11, 1), "registered", False),
    ],
)
def test_a_parcel_that_has_left_comes_until_it_has_arrived(
    cast: Cast, clock: Clock, shipped_on: date, state: str, still_comes: bool
) -> None:
    plan = Plan(cast, clock)
    cast.shipment(plan.order, shipped_on=shipped_on, tracking_state=state)
    plan.session.commit()
    assert [(one.code, one.is_shipped) for one in plan.foresee().coming] == [("A-10234", True)] * still_comes


def test_after_a_skip_the_day_and_deadline_are_those_of_the_delivery_it_ends(cast: Cast, clock: Clock) -> None:
    foreseen = Plan(cast, clock, columns={"next_skipped": True}).foresee()
    assert (foreseen.next_delivery_on, foreseen.deadline) == (date(2027, 1, 15), date(2027, 1, 3))


def test_the_receipt_keeps_what_was_so_then(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock)
    foreseen = plan.foresee()
    receipt = plan.cancel()
    plan.order.status = "shipped"
    plan.subscription.items[0].name = "ほうじ茶"
    plan.session.commit()
    plan.session.expire_all()
    assert by_buyer.frozen(receipt) == foreseen
    assert [item.name for item in foreseen.items] == ["煎茶 やぶきた 100g"]
