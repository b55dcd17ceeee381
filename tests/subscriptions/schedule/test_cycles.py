from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.subscriptions.schedule import LIMITS, Cycle, CycleError, CycleKind, next_delivery
from tests.subscriptions.schedule.walking import KINDS, cycles

texts = st.text(alphabet="daysweekmonth:@-123456789stndrh 0", max_size=20)
previous_dates = st.dates(date(1, 1, 1), date(9998, 11, 30))


@pytest.mark.parametrize(
    ("text", "first", "then"),
    [
        ("months:1", date(2018, 11, 15), (date(2018, 12, 15), date(2019, 1, 15))),
        ("months:1", date(2019, 1, 31), (date(2019, 2, 28), date(2019, 3, 28))),
        ("months:1@2nd", date(2019, 2, 2), (date(2019, 3, 9), date(2019, 4, 13))),
        ("months:1@2nd", date(2019, 2, 16), (date(2019, 3, 9), date(2019, 4, 13))),
        ("months:1@2nd-sat", date(2018, 11, 15), (date(2018, 12, 8), date(2019, 1, 12))),
        ("weeks:2", date(2018, 11, 15), (date(2018, 11, 29), date(2018, 12, 13))),
        ("weeks:2@tue", date(2019, 1, 10), (date(2019, 1, 22), date(2019, 2, 5))),
        ("days:15", date(2019, 1, 10), (date(2019, 1, 25), date(2019, 2, 9))),
        # This case follows from the rules above the paper's table.
        ("months:1@31", date(2019, 1, 31), (date(2019, 2, 28), date(2019, 3, 31))),
    ],
)
def test_the_worked_examples_come_out(text: str, first: date, then: tuple[date, ...]) -> None:
    cycle = Cycle.parse(text)
    for expected in then:
        first = next_delivery(cycle, first)
        assert first == expected


@pytest.mark.parametrize(
    ("text", "previous", "expected"),
    [
        pytest.param("months:1", date(2024, 1, 31), date(2024, 2, 29), id="leap day"),
        pytest.param("months:12", date(2024, 2, 29), date(2025, 2, 28), id="leap day, a year later"),
        pytest.param("months:12@29", date(2027, 2, 28), date(2028, 2, 29), id="day 29 comes back in a leap year"),
        pytest.param("months:1@31", date(2026, 12, 31), date(2027, 1, 31), id="year turn"),
        pytest.param("months:12@30", date(2026, 12, 30), date(2027, 12, 30), id="twelve months from December"),
        pytest.param("months:1@1", date(2026, 11, 1), date(2026, 12, 1), id="first of the month"),
        pytest.param("months:1@1", date(2026, 11, 30), date(2026, 12, 1), id="counted from the month, not the day"),
        pytest.param("months:1@5th", date(2026, 10, 31), date(2026, 11, 28), id="no fifth Saturday"),
        pytest.param("months:1@5th-sun", date(2026, 10, 1), date(2026, 11, 29), id="a fifth Sunday"),
        pytest.param("months:1@1st-sun", date(2026, 10, 31), date(2026, 11, 1), id="the first is a Sunday"),
        pytest.param("weeks:1@mon", date(2026, 11, 22), date(2026, 11, 23), id="a Sunday's week began on Monday"),
        pytest.param("weeks:1@sun", date(2026, 11, 23), date(2026, 12, 6), id="a Monday's week ends on Sunday"),
        pytest.param("weeks:52", date(2026, 1, 1), date(2026, 12, 31), id="52 weeks"),
        pytest.param("days:366", date(2027, 12, 31), date(2028, 12, 31), id="366 days over a leap day"),
    ],
)
def test_edges_of_months_and_years(text: str, previous: date, expected: date) -> None:
    assert next_delivery(Cycle.parse(text), previous) == expected


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), previous=previous_dates)
def test_a_delivery_is_always_later_and_never_further_than_the_rule_allows(
    kind: CycleKind, data: st.DataObject, previous: date
) -> None:
    cycle = data.draw(cycles(kind))
    gap = (next_delivery(cycle, previous) - previous).days
    if cycle.unit == "days":
        assert gap == cycle.n
    elif cycle.unit == "weeks":
        assert 7 * cycle.n - 6 <= gap <= 7 * cycle.n + 6
        assert gap > 0
    else:
        assert 1 <= gap <= 31 * (cycle.n + 1)


@given(cycle=cycles(CycleKind.MONTHS), previous=previous_dates)
@example(cycle=Cycle.parse("months:1"), previous=date(2019, 1, 31))
def test_the_day_is_kept_or_the_month_is_too_short_for_it(cycle: Cycle, previous: date) -> None:
    found = next_delivery(cycle, previous)
    assert found.day == previous.day or (found.day < previous.day and is_last_of_month(found))


@given(cycle=cycles(CycleKind.MONTHS_DAY), previous=previous_dates)
def test_the_chosen_day_is_kept_or_the_month_is_too_short_for_it(cycle: Cycle, previous: date) -> None:
    found = next_delivery(cycle, previous)
    assert cycle.day is not None
    assert found.day == cycle.day or (found.day < cycle.day and is_last_of_month(found))


@given(cycle=cycles(CycleKind.MONTHS_DAY), previous=previous_dates)
def test_a_chosen_day_comes_back_after_a_short_month(cycle: Cycle, previous: date) -> None:
    for _ in range(12):
        if previous > date(9997, 12, 31):
            return
        previous = next_delivery(cycle, previous)
        if previous.month in {1, 3, 5, 7, 8, 10, 12}:
            assert previous.day == cycle.day


@given(
    cycle=st.one_of(cycles(CycleKind.MONTHS_NTH), cycles(CycleKind.MONTHS_NTH_WEEKDAY)),
    previous=previous_dates,
)
def test_the_nth_weekday_really_is_the_nth(cycle: Cycle, previous: date) -> None:
    found = next_delivery(cycle, previous)
    assert found.weekday() == (previous.weekday() if cycle.weekday is None else cycle.weekday)
    which = (found.day - 1) // 7 + 1
    assert which == cycle.nth or (cycle.nth == 5 and which == 4 and found.day + 7 > length_of_month(found))


@given(cycle=cycles(CycleKind.MONTHS_NTH), previous=previous_dates)
def test_the_weekday_of_the_first_delivery_never_wanders(cycle: Cycle, previous: date) -> None:
    weekday = previous.weekday()
    for _ in range(6):
        if previous > date(9997, 12, 31):
            return
        previous = next_delivery(cycle, previous)
        assert previous.weekday() == weekday


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_written_is_read_back(kind: CycleKind, data: st.DataObject) -> None:
    cycle = data.draw(cycles(kind))
    assert Cycle.parse(str(cycle)) == cycle
    assert len(str(cycle)) <= 20


@given(texts)
def test_any_text_is_a_cycle_or_says_what_is_wrong(text: str) -> None:
    found = read_or_code(text)
    if isinstance(found, Cycle):
        assert Cycle.parse(str(found)) == found
    else:
        assert found in {"empty", "form", "n", "day", "nth", "weekday"}


@pytest.mark.parametrize(
    "text",
    [
        "days:15",
        "weeks:2",
        "weeks:2@tue",
        "months:1",
        "months:1@31",
        "months:1@2nd",
        "months:1@2nd-sat",
        "months:2@5th",
    ],
)
def test_the_text_forms_stay_as_they_are(text: str) -> None:
    assert str(Cycle.parse(text)) == text


@pytest.mark.parametrize("text", [" months:1@2nd-sat\n", "MONTHS:1@2ND-SAT", "ｍｏｎｔｈｓ：１＠２ｎｄ－ｓａｔ"])
def test_what_a_spreadsheet_does_to_a_text_form_is_read(text: str) -> None:
    assert str(Cycle.parse(text)) == "months:1@2nd-sat"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("monthly", "form"),
        ("days", "form"),
        ("days:-1", "form"),
        ("days:1.5", "form"),
        ("days:٣", "form"),
        ("days:15@tue", "form"),
        ("days:15@", "form"),
        ("years:1", "form"),
        ("months:1@sat", "form"),
        ("months:1@2nd-", "form"),
        ("days:0", "n"),
        ("days:367", "n"),
        ("days:999999", "n"),
        ("weeks:53", "n"),
        ("months:13", "n"),
        ("months:1@0", "day"),
        ("months:1@32", "day"),
        ("months:1@0th", "nth"),
        ("months:1@2th", "nth"),
        ("months:1@6th-sat", "nth"),
        ("months:1@2nd-samstag", "weekday"),
        ("weeks:2@2nd", "weekday"),
        ("weeks:2@火", "weekday"),
    ],
)
def test_a_wrong_text_form_is_refused_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(CycleError) as raised:
        Cycle.parse(text)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"kind": CycleKind.DAYS, "n": 1, "day": 5}, "day"),
        ({"kind": CycleKind.MONTHS_DAY, "n": 1}, "day"),
        ({"kind": CycleKind.MONTHS_NTH, "n": 1}, "nth"),
        ({"kind": CycleKind.MONTHS_NTH, "n": 1, "nth": 0}, "nth"),
        ({"kind": CycleKind.MONTHS_NTH, "n": 1, "nth": 6}, "nth"),
        ({"kind": CycleKind.MONTHS_NTH, "n": 1, "nth": 2, "weekday": 0}, "weekday"),
        ({"kind": CycleKind.WEEKS_WEEKDAY, "n": 1, "weekday": 7}, "weekday"),
        ({"kind": CycleKind.MONTHS, "n": 0}, "n"),
    ],
)
def test_a_cycle_has_the_parts_of_its_kind_and_no_others(parts: dict[str, object], code: str) -> None:
    with pytest.raises(CycleError) as raised:
        Cycle(**parts)  # type: ignore[arg-type]
    assert raised.value.code == code


@pytest.mark.parametrize("text", ["days:1", "weeks:1", "weeks:1@mon", "months:1", "months:1@5th-fri"])
def test_after_the_last_date_there_is_comes_an_error_that_says_so(text: str) -> None:
    with pytest.raises(CycleError) as raised:
        next_delivery(Cycle.parse(text), date.max)
    assert raised.value.code == "beyond"


def test_the_largest_steps_still_reach_the_last_year() -> None:
    for unit, most in LIMITS.items():
        assert next_delivery(Cycle.parse(f"{unit}:{most}"), date(9998, 12, 30)).year == 9999


def length_of_month(day: date) -> int:
    return 28 + sum(1 for extra in (29, 30, 31) if exists(day.year, day.month, extra))


def is_last_of_month(day: date) -> bool:
    return day.day == length_of_month(day)


def exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def read_or_code(text: str) -> Cycle | str:
    try:
        return Cycle.parse(text)
    except CycleError as error:
        return error.code


# --- whether a day is one of the cycle's ---------------------------------------------------------------------------------
@given(data=st.data(), previous=previous_dates)
def test_every_day_that_the_rule_gives_fits_it(data: st.DataObject, previous: date) -> None:
    cycle = data.draw(st.sampled_from(list(KINDS)).flatmap(cycles))
    assert cycle.fits(next_delivery(cycle, previous))


@pytest.mark.parametrize(
    ("text", "on", "fits"),
    [
        ("months:1@15", date(2026, 12, 15), True),
        ("months:1@15", date(2026, 12, 12), False),
        ("months:1@31", date(2027, 2, 28), True),
        ("months:1@31", date(2026, 12, 30), False),
        ("weeks:2@tue", date(2026, 12, 15), True),
        ("weeks:2@tue", date(2026, 12, 16), False),
        ("months:1@2nd-sat", date(2026, 12, 12), True),
        ("months:1@2nd-sat", date(2026, 12, 19), False),
        ("months:1@5th-sat", date(2026, 12, 26), True),
        ("months:1@2nd", date(2026, 12, 10), True),
        ("months:1@2nd", date(2026, 12, 17), False),
        ("months:1", date(2026, 12, 17), True),
        ("weeks:3", date(2026, 12, 17), True),
        ("days:20", date(2026, 12, 17), True),
    ],
)
def test_a_day_fits_a_cycle_or_not(text: str, on: date, fits: bool) -> None:
    assert Cycle.parse(text).fits(on) is fits
