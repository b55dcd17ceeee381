"""Who may change what and when: setting of the shop × state × change, and the last second of a deadline."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.subscriptions.rules.allowances import Change, ChangeTerms, Standing, Verdict, Why, last_day, verdict
from portal.values.states import SubscriptionState
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.subscribers import Subscriber

ACTIVE, SUSPENDED, CANCELED, FINISHED = SubscriptionState
CREATION = date(2026, 12, 4)
IN_TIME, ON_THE_DAY = CREATION - timedelta(days=1), CREATION
# Change → allowed while active, suspended, canceled, finished? "-": the page does not even mention it.
MATRIX = """
    cycle       yes  yes  -    -
    next_date   yes  -    -    -
    time_slot   yes  yes  -    -
    payment     yes  yes  -    -
    card        yes  yes  yes  -
    address     yes  yes  -    -
    skip        yes  -    -    -
    unskip      yes  -    -    -
    pause       yes  yes  -    -
    resume      -    yes  yes  -
    points      yes  yes  -    -
    items       yes  yes  -    -
    contact     yes  yes  yes  -
    cancel      yes  yes  -    -
"""
CELLS = [
    (Change(name), state, cell == "yes")
    for name, *cells in map(str.split, MATRIX.strip().splitlines())
    for state, cell in zip(SubscriptionState, cells, strict=True)
]
SETTING_OF = {Change.UNSKIP: "skip", Change.RESUME: "pause"}


def terms(**changes: Any) -> ChangeTerms:
    facts: dict[str, Any] = {
        "changes": {},
        "skips_allowed": 1,
        "cancel_within_commitment": False,
        "takes_new": True,
        "offers": frozenset({Change.CYCLE, Change.PAYMENT}),
    }
    return ChangeTerms(**(facts | changes))


def standing(change: Change | None = None, state: SubscriptionState = ACTIVE, **changes: Any) -> Standing:
    """Return a standing in which only the state and the shop's settings can forbid `change`."""
    facts: dict[str, Any] = {
        "state": state,
        "creation_on": CREATION,
        "next_order_on": CREATION,
        "next_skipped": change is Change.UNSKIP,
        "skips_in_a_row": 0,
        "has_slots": True,
        "is_member": True,
        "commitment_met": True,
    }
    return Standing(**(facts | changes))


def test_the_matrix_names_every_change() -> None:
    assert [change for change, state, _is_possible in CELLS if state == ACTIVE] == list(Change)


@pytest.mark.parametrize(("change", "state", "is_possible"), CELLS)
@pytest.mark.parametrize("extra", ["not set", 0, 2, None])
@pytest.mark.parametrize(
    "day", [IN_TIME - timedelta(days=2), IN_TIME - timedelta(days=1), IN_TIME, ON_THE_DAY], ids=str
)
def test_shop_setting_state_and_day_decide(
    extra: int | str | None, change: Change, state: SubscriptionState, day: date, is_possible: bool
) -> None:
    setting = {} if extra == "not set" else {SETTING_OF.get(change, str(change)): extra}
    found = verdict(change, terms(changes=setting), standing(change, state), day)
    if not is_possible:
        assert found == Verdict(Why.STATE)
        assert not found.is_shown
        return
    assert found.is_shown
    if extra is None:
        assert found == Verdict(Why.NOT_ALLOWED)
        return
    if state != ACTIVE:
        assert found == Verdict()
        return
    last = IN_TIME - timedelta(days=0 if extra == "not set" else int(extra))
    expected = Verdict(None, last) if day <= last else Verdict(Why.TOO_LATE, last, CREATION + timedelta(days=1))
    assert found == expected


@pytest.mark.parametrize("change", list(Change))
def test_a_setting_of_another_change_says_nothing(change: Change) -> None:
    others = {str(other): None for other in Change if str(other) != SETTING_OF.get(change, str(change))}
    state = SUSPENDED if change is Change.RESUME else ACTIVE
    assert verdict(change, terms(changes=others), standing(change, state), IN_TIME).allowed


@pytest.mark.parametrize(
    ("change", "of_shop", "of_subscription", "why"),
    [
        (Change.CYCLE, {"offers": frozenset()}, {}, Why.NO_CHOICE),
        (Change.PAYMENT, {"offers": frozenset()}, {}, Why.NO_CHOICE),
        (Change.NEXT_DATE, {"offers": frozenset()}, {}, None),
        (Change.TIME_SLOT, {}, {"has_slots": False}, Why.NO_SLOTS),
        (Change.POINTS, {}, {"is_member": False}, Why.GUEST),
        (Change.SKIP, {}, {"next_skipped": True}, Why.STATE),
        (Change.UNSKIP, {}, {"next_skipped": False}, Why.STATE),
        (Change.SKIP, {}, {"skips_in_a_row": 1}, Why.TOO_MANY_SKIPS),
        (Change.SKIP, {"skips_allowed": 2}, {"skips_in_a_row": 1}, None),
        (Change.UNSKIP, {}, {"skips_in_a_row": 1}, None),
        (Change.CANCEL, {}, {"commitment_met": False}, Why.COMMITMENT),
        (Change.CANCEL, {"cancel_within_commitment": True}, {"commitment_met": False}, None),
        (Change.PAUSE, {}, {"commitment_met": False}, None),
        (Change.RESUME, {"takes_new": False}, {"state": SUSPENDED}, None),
        (Change.RESUME, {"takes_new": False}, {"state": CANCELED}, Why.STATE),
    ],
)
def test_what_else_stands_in_the_way(
    change: Change, of_shop: dict[str, Any], of_subscription: dict[str, Any], why: Why | None
) -> None:
    now = standing(**{"next_skipped": change is Change.UNSKIP, **of_subscription})
    found = verdict(change, terms(**of_shop), now, IN_TIME)
    assert found.why is why
    assert found.is_shown is (why not in {Why.STATE, Why.NO_SLOTS, Why.GUEST})


@pytest.mark.parametrize(
    ("change", "facts"), [(Change.SKIP, {"skips_in_a_row": 1}), (Change.CANCEL, {"commitment_met": False})]
)
def test_what_staff_can_still_do_for_the_next_delivery_has_its_last_day_too(
    change: Change, facts: dict[str, Any]
) -> None:
    assert verdict(change, terms(), standing(**facts), IN_TIME).until == IN_TIME


def test_too_late_for_one_skip_too_many_says_from_when_on_it_works_again() -> None:
    """With the order that is made then the skips in a row are over."""
    found = verdict(Change.SKIP, terms(), standing(skips_in_a_row=1), ON_THE_DAY)
    assert found == Verdict(Why.TOO_LATE, IN_TIME, CREATION + timedelta(days=1))


def test_only_a_running_subscription_has_a_last_day() -> None:
    assert [last_day(standing(state=state), 1, Change.CYCLE) for state in SubscriptionState] == [
        date(2026, 12, 2),
        None,
        None,
        None,
    ]


# --- while the next delivery is skipped ------------------------------------------------------------------------------
LATER = date(2027, 1, 4)
"""Creation date of the delivery after the skipped one."""


@pytest.mark.parametrize(
    ("change", "day", "found"),
    [
        (Change.UNSKIP, IN_TIME, Verdict(None, IN_TIME)),
        (Change.UNSKIP, ON_THE_DAY, Verdict(Why.TOO_LATE, IN_TIME, CREATION + timedelta(days=1))),
        (Change.CYCLE, IN_TIME, Verdict(None, date(2027, 1, 3))),
        (Change.CANCEL, IN_TIME, Verdict(None, date(2027, 1, 3))),
        (Change.CANCEL, ON_THE_DAY, Verdict(Why.LOCKED, date(2027, 1, 3), CREATION + timedelta(days=1))),
        (Change.NEXT_DATE, IN_TIME, Verdict(Why.STATE)),
    ],
)
def test_a_skip_is_taken_back_until_its_own_day_and_all_else_changed_until_the_next_orders(
    change: Change, day: date, found: Verdict
) -> None:
    assert verdict(change, terms(), standing(next_skipped=True, next_order_on=LATER), day) == found


# --- the last second, at the page ------------------------------------------------------------------------------------
LAST_SECOND = datetime(2026, 12, 3, 14, 59, 59, tzinfo=UTC)
"""23:59:59 in Tokyo on the last day."""
AFTER_MIDNIGHT = datetime(2026, 12, 3, 15, 0, 1, tzinfo=UTC)


@pytest.fixture
def hanako(app: Flask, session: Session, cast: Cast, clock: Clock) -> Callable[[], Subscriber]:
    """Return a function that signs 花子 in five minutes before the last second."""

    def sign_in(**rules: Any) -> Subscriber:
        shop = cast.shop()
        cast.rules(shop, **rules)
        subscription = cast.subscription(shop)
        order = cast.order(shop, subscription_id=subscription.id, status="shipped")
        session.commit()
        clock.instant = LAST_SECOND - timedelta(minutes=5)
        return Subscriber(app, session, shop, order, subscription)

    return sign_in


def test_the_last_second_counts(hanako: Callable[[], Subscriber], clock: Clock) -> None:
    buyer = hanako()
    shown = buyer.preview("skip")
    assert "12月3日(木) 23:59</time>まで変更できます" in shown.text
    clock.instant = LAST_SECOND
    assert buyer.confirm("skip", shown).status_code == 303
    assert buyer.now().next_skipped


def test_a_second_after_midnight_is_too_late_and_says_from_when_on_it_works_again(
    hanako: Callable[[], Subscriber], clock: Clock
) -> None:
    buyer = hanako()
    shown = buyer.preview("skip")
    clock.instant = AFTER_MIDNIGHT
    answer = buyer.confirm("skip", shown)
    assert answer.status_code == 409
    assert "12月3日(木) 23:59に締め切りました" in answer.text
    assert "12月5日(土)から変更できます" in answer.text
    assert (buyer.now().next_skipped, buyer.receipts()) == (False, [])


def test_the_shops_extra_days_move_the_last_second_of_that_change_alone(
    hanako: Callable[[], Subscriber], clock: Clock
) -> None:
    buyer = hanako(changes={"skip": 1})
    assert buyer.form("skip").status_code == 409
    clock.instant = LAST_SECOND
    assert buyer.form("pause").status_code == 200
