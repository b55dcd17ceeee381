"""解約 by the buyer: at once or as a request, never refused, done once."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import requests
from portal.models import AuditEntry, BuyerRequest, Order, Subscription
from portal.subscriptions.cancellation import by_buyer
from portal.subscriptions.cancellation.by_buyer import OtherOutcomeError
from portal.subscriptions.changes.confirm import NotAllowedError
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.record.refusals import StaleError
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.cancellation.plans import HANAKO, REQUEST, Plan, bound


# --- at once ---------------------------------------------------------------------------------------------------------
def test_where_nothing_stands_against_it_it_takes_effect_at_once(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock)
    receipt = plan.cancel(reason="飲みきれない")
    assert (plan.subscription.state, plan.subscription.stop_reason) == ("canceled", "飲みきれない")
    assert (receipt.kind, receipt.outcome, receipt.at) == ("cancel", "done", clock())
    assert receipt.facts["state"] == ["active", "canceled"]
    assert plan.requests() == []
    actions = set(plan.session.scalars(select(AuditEntry.action)))
    assert "subscription.canceled" in actions


def test_a_paused_one_is_canceled_too(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"state": "suspended", "suspended_at": clock()})
    assert plan.foresee().takes_effect
    plan.cancel()
    assert plan.subscription.state == "canceled"


def test_the_same_form_sent_twice_is_one_cancellation(cast: Cast, clock: Clock) -> None:
    plan, once = Plan(cast, clock), uuid4()
    seen = plan.subscription.version
    first = plan.cancel(once=once, version=seen)
    clock.forward(minutes=1)
    assert plan.cancel(once=once, version=seen).id == first.id
    assert len(plan.receipts()) == 1


def test_after_a_change_in_another_tab_nothing_is_canceled(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock)
    with pytest.raises(StaleError):
        plan.cancel(version=plan.subscription.version - 1)
    plan.session.rollback()
    assert (plan.subscription.state, plan.receipts()) == ("active", [])


@pytest.mark.parametrize("state", ["canceled", "finished"])
def test_what_is_over_is_not_canceled_again(cast: Cast, clock: Clock, state: str) -> None:
    plan = Plan(cast, clock, columns={"state": state})
    assert not by_buyer.is_possible(plan.subscription)
    for outcome in (True, False):
        with pytest.raises(NotAllowedError):
            plan.cancel(takes_effect=outcome)
        plan.session.rollback()


def test_a_form_of_another_subscription_is_refused(cast: Cast, clock: Clock) -> None:
    plan, once = Plan(cast, clock), uuid4()
    plan.cancel(once=once)
    plan.subscription = cast.subscription(plan.shop, "0000000002")
    plan.session.commit()
    with pytest.raises(LookupError):
        plan.cancel(once=once)


# --- written down ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Case:
    cause: str
    rules: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    is_proved: bool = True


CASES = {
    "bound for two more": Case("commitment", columns={"items": bound(3)}),
    "bound and paused": Case("commitment", columns={"items": bound(3), "state": "suspended"}),
    "the shop does it": Case("not_allowed", rules={"changes": {"cancel": None}}),
    "the shop does it, paused": Case("not_allowed", {"changes": {"cancel": None}}, {"state": "suspended"}),
    "the day its order is made": Case("too_late", columns={"next_creation_on": date(2026, 11, 21)}),
    "within the extra days": Case("too_late", {"changes": {"cancel": 13}}),
    "nobody proved who asks": Case("unproved", is_proved=False),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_request_always_works_and_counts_from_its_time(cast: Cast, clock: Clock, case: Case) -> None:
    plan = Plan(cast, clock, case.rules, case.columns)
    state = plan.subscription.state
    foreseen = plan.foresee(is_proved=case.is_proved)
    assert (foreseen.takes_effect, foreseen.cause) == (False, case.cause)
    receipt = plan.cancel(reason="飲みきれない", reply_to="090", is_proved=case.is_proved, **REQUEST)
    assert plan.subscription.state == state
    assert (receipt.kind, receipt.outcome, receipt.at) == ("cancel", "requested", clock())
    (request,) = plan.requests()
    assert (request.kind, request.subscription_id, request.created_at) == (
        "cancellation",
        plan.subscription.id,
        clock(),
    )
    assert (request.text, request.reply_to, request.answered_at) == ("飲みきれない", "090", None)
    assert receipt.request_id == request.id
    assert by_buyer.frozen(receipt) == foreseen


def test_asking_again_while_it_waits_is_the_same_request(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3)})
    first = plan.cancel(**REQUEST)
    clock.forward(hours=1)
    assert plan.cancel(**REQUEST).id == first.id
    assert (len(plan.requests()), len(plan.receipts())) == (1, 1)


def test_nobody_proved_and_answered_elsewhere_it_is_written_down_too(cast: Cast, clock: Clock) -> None:
    """The first request may be a stranger's."""
    plan = Plan(cast, clock, columns={"items": bound(3)})
    first = plan.cancel(is_proved=False, reply_to="evil@example.com", **REQUEST)
    own = plan.cancel(is_proved=False, reply_to="hana@example.com", **REQUEST)
    assert own.id != first.id
    assert {one.reply_to for one in plan.requests()} == {"evil@example.com", "hana@example.com"}
    assert plan.cancel(is_proved=False, reply_to="hana@example.com", **REQUEST).id == own.id


def test_the_answer_goes_to_the_address_that_was_proved(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3), "email_key": "new@example.jp"})
    plan.cancel(**REQUEST)
    assert requests.reply_address(plan.requests()[0], plan.order) == "new@example.jp"


def test_after_an_answer_it_can_be_asked_for_anew(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3)})
    first = plan.cancel(**REQUEST)
    requests.resolve(plan.session, plan.requests()[0], actor="staff:1", now=clock())
    assert plan.cancel(**REQUEST).id != first.id


def test_what_a_stranger_asked_for_stands_in_nobodys_way(cast: Cast, clock: Clock) -> None:
    """Without the second step anybody with code and name can ask, so the buyer's own request is stored as well."""
    plan = Plan(cast, clock, columns={"items": bound(3)})
    strangers = plan.cancel(is_proved=False, **REQUEST)
    own = plan.cancel(**REQUEST)
    assert own.id != strangers.id
    assert by_buyer.waiting_for(plan.session, plan.subscription, is_proved=True) == own


def test_the_number_of_other_requests_does_not_matter(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3)})
    for number in range(requests.MOST_OPEN):
        facts = {"kind": "other", "text": str(number), "created_at": clock()}
        plan.session.add(BuyerRequest(shop_id=plan.shop.id, order_id=plan.order.id, **facts))
    assert plan.cancel(**REQUEST).outcome == "requested"


def test_canceling_at_once_settles_the_request_that_waited(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock, columns={"items": bound(2)})
    plan.cancel(**REQUEST)
    plan.subscription.orders_made = 2
    plan.session.commit()
    plan.cancel()
    assert plan.subscription.state == "canceled"
    assert plan.requests()[0].answered_at == clock()


@pytest.mark.parametrize("takes_effect", [True, False])
def test_what_the_page_did_not_say_is_not_done(cast: Cast, clock: Clock, takes_effect: bool) -> None:
    plan = Plan(cast, clock, columns={"items": bound(3 if takes_effect else 0)})
    with pytest.raises(OtherOutcomeError):
        plan.cancel(takes_effect=takes_effect)
    plan.session.rollback()
    assert (plan.subscription.state, plan.receipts(), plan.requests()) == ("active", [], [])


def test_the_last_second_of_the_deadline_and_the_first_after_it(cast: Cast, clock: Clock) -> None:
    plan = Plan(cast, clock)
    assert plan.foresee().deadline == date(2026, 12, 3)
    clock.instant = datetime(2026, 12, 3, 14, 59, 59, tzinfo=UTC)
    assert plan.foresee().takes_effect
    clock.instant = datetime(2026, 12, 3, 15, 0, 1, tzinfo=UTC)
    with pytest.raises(OtherOutcomeError):
        plan.cancel()
    plan.session.rollback()
    assert plan.foresee().possible_from == date(2026, 12, 5)
    assert plan.cancel(**REQUEST).outcome == "requested"


# --- two at once -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [0, 3], ids=["at once", "request"])
def test_two_tabs_at_the_same_moment_make_one(cast: Cast, clock: Clock, count: int) -> None:
    plan = Plan(cast, clock, columns={"items": bound(count)})
    engine = plan.session.get_bind()
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    outcomes: list[str] = []
    barrier, seen = Barrier(2), plan.subscription.version

    def press() -> None:
        with Session(engine) as session, session.begin():
            subscription = session.get_one(Subscription, plan.subscription.id)
            order = session.get_one(Order, plan.order.id)
            barrier.wait()
            try:
                receipt = by_buyer.cancel_or_request(
                    session,
                    subscription,
                    order,
                    frame_of(session, subscription.shop_id),
                    reason="",
                    reply_to="",
                    is_proved=True,
                    takes_effect=count == 0,
                    once_id=uuid4(),
                    seen_version=seen,
                    language="ja",
                    actor=HANAKO,
                    now=clock(),
                )
                outcomes.append(receipt.number)
            except StaleError:
                outcomes.append("stale")

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plan.session.rollback()
    (receipt,) = plan.receipts()
    expected = [receipt.number, "stale"] if count == 0 else [receipt.number] * 2
    assert sorted(outcomes) == sorted(expected)
    assert len(plan.requests()) == (count > 0)
