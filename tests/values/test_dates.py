from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.dates import DateError, DateProblem, ends, parse_date, parse_datetime, starts, tokyo_date


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026/11/21",
        "20261121",
        "2026年11月21日",
        "2026.11.21",
        "２０２６／１１／２１",
        " 2026-11-21 ",
        "2026-11-21(土)",
        "2026年11月21日（土）",
        "2026/11/21 13:45:00",
        "2026/11/21 23:59",
        "2026-11-20T15:00:00Z",
        "2026-11-20 10:15:00 -0500",
    ],
)
def test_a_day_is_read_in_every_form_that_carts_write(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 21)


def test_a_day_without_padding_is_read() -> None:
    assert parse_date("2026/1/5") == date(2026, 1, 5)
    assert parse_date("2026年1月5日") == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "hour", "minute", "second"),
    [
        ("2026/11/21 13:45:00", 4, 45, 0),
        ("2026-11-21T13:45:30", 4, 45, 30),
        ("2026-11-21T13:45:30.123+09:00", 4, 45, 30),
        ("2026-11-21 13:45", 4, 45, 0),
        ("2026年11月21日 13時45分", 4, 45, 0),
        ("2026年11月21日13時45分30秒", 4, 45, 30),
        ("20261121134530", 4, 45, 30),
        ("20261121 134530", 4, 45, 30),
        ("2026-11-21 10:15:00 -0400", 14, 15, 0),
        ("2026-11-21T04:45:00Z", 4, 45, 0),
        ("2026/11/21 9:05", 0, 5, 0),
    ],
)
def test_a_time_without_a_zone_is_tokyo_time(text: str, hour: int, minute: int, second: int) -> None:
    assert parse_datetime(text) == datetime(2026, 11, 21, hour, minute, second, tzinfo=UTC)


def test_a_day_alone_begins_at_midnight_in_tokyo() -> None:
    assert parse_datetime("2026/11/21") == datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", DateProblem.EMPTY),
        ("　", DateProblem.EMPTY),
        ("11/21", DateProblem.FORM),
        ("21/11/2026", DateProblem.FORM),
        ("26/11/21", DateProblem.FORM),
        ("2026-11/21", DateProblem.FORM),
        ("令和8年11月21日", DateProblem.FORM),
        ("46347", DateProblem.FORM),
        ("明日", DateProblem.FORM),
        ("٢٠٢٦-11-21", DateProblem.FORM),
        ("2026-11-21 13", DateProblem.FORM),
        ("2026-02-29", DateProblem.NO_SUCH_DAY),
        ("2026/13/01", DateProblem.NO_SUCH_DAY),
        ("0000-00-00", DateProblem.YEAR),
        ("1900/1/0", DateProblem.YEAR),
        ("9999-12-31", DateProblem.YEAR),
        ("2026/11/21 25:00:00", DateProblem.NO_SUCH_TIME),
        ("2026/11/21 12:00:00 +99:00", DateProblem.NO_SUCH_TIME),
    ],
)
def test_what_was_wrong_is_said(text: str, problem: DateProblem) -> None:
    for parse in (parse_date, parse_datetime):
        with pytest.raises(DateError) as caught:
            parse(text)
        assert caught.value.problem is problem
        assert caught.value.text == text


@given(
    st.dates(date(1989, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"])
)
def test_every_day_comes_back_as_it_was_written(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)) == day


@given(st.text(max_size=30))
def test_no_text_raises_anything_else(text: str) -> None:
    with suppress(DateError):
        parse_datetime(text)


def test_the_day_changes_at_midnight_in_tokyo() -> None:
    assert tokyo_date(datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert tokyo_date(datetime(2026, 11, 20, 15, 0, tzinfo=UTC)) == date(2026, 11, 21)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        tokyo_date(datetime(2026, 11, 21))  # noqa: DTZ001 - the point of the test


def test_a_day_in_tokyo_begins_and_ends_at_its_midnights() -> None:
    day = date(2026, 12, 31)
    assert (starts(day), ends(day)) == (datetime(2026, 12, 30, 15, tzinfo=UTC), datetime(2026, 12, 31, 15, tzinfo=UTC))


@given(st.dates())
def test_every_day_has_an_instant_to_compare_with(day: date) -> None:
    assert starts(day) <= ends(day)
