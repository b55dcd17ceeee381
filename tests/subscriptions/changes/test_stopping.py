"""Suspending, canceling, finishing and resuming a subscription."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import jobs
from portal.extensions import db
from portal.models import AuditEntry, Shop, Subscription
from portal.subscriptions.changes import stopping
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from tests.audit_trail import actions
from tests.cast import Cast
from tests.conftest import Clock

SUZUKI = "staff:suzuki"


@pytest.fixture
def subscription(cast: Cast, shop: Shop) -> Subscription:
    return cast.subscription(shop)


@pytest.mark.parametrize(
    ("verb", "state", "since"),
    [
        (stopping.suspend, "suspended", "suspended_at"),
        (stopping.cancel, "canceled", "canceled_at"),
        (stopping.finish, "finished", "finished_at"),
    ],
)
def test_it_stops_once_with_its_reason_and_instant(
    verb: Callable[..., None], state: str, since: str, session: Session, cast: Cast, subscription: Subscription
) -> None:
    for _ in range(2):
        verb(session, subscription, reason="旅行", actor=SUZUKI, now=cast.now)
    session.commit()
    session.refresh(subscription)
    assert (subscription.state, subscription.stop_reason, getattr(subscription, since)) == (state, "旅行", cast.now)
    assert actions(session) == [f"subscription.{state}"]


def test_reason_and_resume_date_of_a_suspended_one_can_be_said_anew(
    session: Session, cast: Cast, subscription: Subscription, clock: Clock
) -> None:
    stopping.suspend(session, subscription, reason="旅行", actor=SUZUKI, now=cast.now)
    later = clock.forward(days=1)
    stopping.suspend(session, subscription, reason="入院", resume_on=date(2027, 1, 10), actor=SUZUKI, now=later)
    assert (subscription.stop_reason, subscription.resume_on) == ("入院", date(2027, 1, 10))
    assert subscription.suspended_at == cast.now


def test_a_resume_date_lies_ahead(session: Session, cast: Cast, subscription: Subscription) -> None:
    with pytest.raises(RefusedError) as refused:
        stopping.suspend(session, subscription, resume_on=date(2026, 11, 21), actor=SUZUKI, now=cast.now)
    assert refused.value.field == "resume_on"


def test_resumed_in_time_it_goes_on_at_its_next_delivery_date(
    session: Session, cast: Cast, subscription: Subscription
) -> None:
    dates = (subscription.anchor_on, subscription.next_delivery_on, subscription.next_creation_on)
    stopping.suspend(session, subscription, reason="旅行", actor=SUZUKI, now=cast.now)
    for _ in range(2):
        stopping.resume(
            session, subscription, frame=frame_of(session, subscription.shop_id), actor=SUZUKI, now=cast.now
        )
    assert (subscription.anchor_on, subscription.next_delivery_on, subscription.next_creation_on) == dates
    assert (subscription.state, subscription.stop_reason, subscription.suspended_at) == ("active", "", None)
    assert not subscription.resumed, "staff did it"
    assert actions(session) == ["subscription.suspended", "subscription.resumed"]


@pytest.mark.parametrize("verb", [stopping.suspend, stopping.cancel])
def test_resumed_too_late_it_goes_on_at_the_next_possible_date_by_the_rule(
    verb: Callable[..., None], session: Session, cast: Cast, subscription: Subscription, clock: Clock
) -> None:
    subscription.next_skipped = True
    verb(session, subscription, actor=SUZUKI, now=cast.now)
    # On 8 December the 15th is too near: its order would have been made on the 4th.
    frame = frame_of(session, subscription.shop_id)
    stopping.resume(session, subscription, frame=frame, by_buyer=True, actor="buyer:1", now=clock.forward(days=17))
    assert (subscription.anchor_on, subscription.next_delivery_on) == (date(2027, 1, 15), date(2027, 1, 15))
    assert (subscription.next_ship_on, subscription.next_creation_on) == (date(2027, 1, 11), date(2027, 1, 4))
    assert subscription.resumed
    assert not subscription.next_skipped, "the skip was meant for December"


def test_a_finished_one_cannot_be_started_or_stopped_again(
    session: Session, cast: Cast, subscription: Subscription
) -> None:
    stopping.finish(session, subscription, reason="終売", actor=SUZUKI, now=cast.now)
    resume = partial(stopping.resume, frame=frame_of(session, subscription.shop_id))
    for verb in (resume, stopping.suspend, stopping.cancel):
        with pytest.raises(RefusedError) as refused:
            verb(session, subscription, actor=SUZUKI, now=cast.now)
        assert refused.value.code == "finished"
    assert subscription.state == "finished"


def test_on_its_creation_date_it_waits_for_its_order(session: Session, cast: Cast, subscription: Subscription) -> None:
    subscription.next_creation_on = date(2026, 11, 21)
    with pytest.raises(RefusedError) as refused:
        stopping.cancel(session, subscription, actor=SUZUKI, now=cast.now)
    assert refused.value.code == "locked"


def test_a_page_from_before_somebody_elses_change_stops_nothing(
    session: Session, cast: Cast, subscription: Subscription
) -> None:
    seen = subscription.version
    stopping.suspend(session, subscription, seen_version=seen, actor=SUZUKI, now=cast.now)
    stopping.suspend(session, subscription, seen_version=seen, actor=SUZUKI, now=cast.now)
    with pytest.raises(StaleError):
        stopping.cancel(session, subscription, seen_version=seen, actor=SUZUKI, now=cast.now)
    assert subscription.state == "suspended"


def test_two_who_suspend_at_once_suspend_it_once(
    app: Flask, session: Session, cast: Cast, subscription: Subscription
) -> None:
    session.commit()
    seen, together = subscription.version, Barrier(2)

    def suspend() -> None:
        together.wait()
        with app.app_context(), Session(db.engine) as own, own.begin():
            mine = own.get_one(Subscription, subscription.id)
            stopping.suspend(own, mine, reason="旅行", seen_version=seen, actor=SUZUKI, now=cast.now)

    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(suspend) for _ in range(2)]:
            future.result()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_those_whose_day_has_come_start_by_themselves(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    due, later, gone = (cast.subscription(shop, str(n)) for n in range(3))
    stopping.suspend(session, due, resume_on=date(2026, 11, 25), actor=SUZUKI, now=cast.now)
    stopping.suspend(session, later, resume_on=date(2026, 11, 26), actor=SUZUKI, now=cast.now)
    stopping.suspend(session, gone, resume_on=date(2026, 11, 25), actor=SUZUKI, now=cast.now)
    gone.deleted_at = cast.now
    session.commit()
    now = clock.forward(days=4)
    assert stopping.shops_with_due(session, cast.now) == []
    assert stopping.shops_with_due(session, now) == [shop.id]
    assert [stopping.resume_due(session, shop.id, actor="job", now=now) for _ in range(2)] == [1, 0]
    assert [due.state, later.state, gone.state] == ["active", "suspended", "suspended"]
    assert due.resume_on is None


def test_the_job_starts_all_of_every_shop(
    app: Flask, session: Session, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "AT_ONCE", 2)
    for slug in ("sakura", "ume"):
        shop = cast.shop(slug)
        cast.rules(shop)
        for n in range(3):
            subscription = cast.subscription(shop, str(n))
            stopping.suspend(session, subscription, resume_on=date(2026, 11, 25), actor=SUZUKI, now=cast.now)
    session.commit()
    clock.forward(days=4)
    with app.app_context():
        jobs.subscriptions.resume_subscriptions()
    assert set(session.scalars(select(Subscription.state)).all()) == {"active"}
