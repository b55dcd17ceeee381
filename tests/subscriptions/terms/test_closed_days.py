"""A shop's closed days: single days, and ranges such as the turn of the year."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue, ClosedDay, Shop
from portal.subscriptions.terms.closed_days import (
    Closure,
    RangeProblem,
    close_days,
    closures,
    closures_of,
    open_days,
    range_problem,
)
from tests.cast import Cast
from tests.conftest import Clock

TODAY = date(2026, 11, 21)
NEW_YEAR = Closure(date(2026, 12, 29), date(2027, 1, 3), "年末年始")


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (None, date(2026, 12, 1), RangeProblem.MISSING),
        (date(2026, 12, 2), date(2026, 12, 1), RangeProblem.BACKWARDS),
        (date(2026, 11, 1), date(2026, 11, 20), RangeProblem.PAST),
        (date(2026, 11, 1), date(2026, 11, 21), None),
        (date(2026, 12, 1), date(2027, 1, 29), None),
        (date(2026, 12, 1), date(2027, 1, 30), RangeProblem.TOO_LONG),
        (date(2036, 12, 1), date(2036, 12, 1), RangeProblem.TOO_FAR),
    ],
)
def test_a_range_that_cannot_be_meant_is_refused(first: date | None, last: date, problem: RangeProblem | None) -> None:
    assert range_problem(first, last, TODAY) == problem


def test_days_in_a_row_with_the_same_note_are_one_closure() -> None:
    days = [(date(2027, 1, 1), "正月"), (date(2026, 12, 31), "正月"), (date(2027, 1, 2), ""), (date(2027, 1, 4), "")]
    assert closures_of(days) == [
        Closure(date(2026, 12, 31), date(2027, 1, 1), "正月"),
        Closure(date(2027, 1, 2), date(2027, 1, 2), ""),
        Closure(date(2027, 1, 4), date(2027, 1, 4), ""),
    ]


def test_a_closed_year_end_is_kept_once_and_opened_again(session: Session, cast: Cast, clock: Clock) -> None:
    shop, next_door = cast.shop(), cast.shop(slug="momiji")
    assert len(close_days(session, shop, NEW_YEAR, actor="staff:1", now=clock())) == 6
    assert close_days(session, shop, NEW_YEAR, actor="staff:1", now=clock()) == [], "a double click"
    close_days(session, next_door, NEW_YEAR, actor="staff:2", now=clock())
    session.commit()
    assert closures(session, shop, TODAY) == [NEW_YEAR]

    assert open_days(session, shop, NEW_YEAR.days[:1], actor="staff:1", now=clock()) == [date(2026, 12, 29)]
    assert open_days(session, shop, NEW_YEAR.days[:1], actor="staff:1", now=clock()) == []
    session.commit()
    assert closures(session, shop, TODAY) == [Closure(date(2026, 12, 30), date(2027, 1, 3), "年末年始")]
    assert closures(session, next_door, TODAY) == [NEW_YEAR]
    assert [entry.action for entry in actions(session, shop)] == ["closed_days.added", "closed_days.removed"]
    told = session.scalars(select(AuditValue).filter_by(shop_id=shop.id).order_by(AuditValue.id)).first()
    assert told is not None
    assert told.after == "2026-12-29–2027-01-03\n年末年始"


def test_a_day_that_is_closed_already_keeps_its_note(session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    stocktaking = Closure(date(2026, 12, 30), date(2026, 12, 30), "棚卸し")
    close_days(session, shop, stocktaking, actor="staff:1", now=clock())
    close_days(session, shop, NEW_YEAR, actor="staff:1", now=clock())
    session.commit()
    notes = {closed.day: closed.note for closed in session.scalars(select(ClosedDay).filter_by(shop_id=shop.id))}
    assert len(notes) == 6
    assert notes[date(2026, 12, 30)] == "棚卸し"


def actions(session: Session, shop: Shop) -> list[AuditEntry]:
    mine = select(AuditEntry).where(AuditEntry.shop_id == shop.id, AuditEntry.action.startswith("closed_days"))
    return list(session.scalars(mine.order_by(AuditEntry.id)))
