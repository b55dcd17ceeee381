"""Delivery cycles in words, for staff, buyers and mails alike."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.subscriptions.schedule.cycles import Cycle, CycleError, CycleKind
from portal.words.days import WEEKDAYS, ordinal

CYCLE_KINDS: Mapping[str, Any] = {
    CycleKind.DAYS: _l("◯日ごと"),
    CycleKind.WEEKS: _l("◯週間ごと"),
    CycleKind.WEEKS_WEEKDAY: _l("◯週間ごとの△曜日"),
    CycleKind.MONTHS: _l("◯か月ごと（前回と同じ日）"),
    CycleKind.MONTHS_DAY: _l("◯か月ごとの△日"),
    CycleKind.MONTHS_NTH: _l("◯か月ごとの第△週（前回と同じ曜日）"),
    CycleKind.MONTHS_NTH_WEEKDAY: _l("◯か月ごとの第△□曜日"),
}
"""Kinds of cycles as staff choose among them."""
UNITS: Mapping[str, Any] = {"days": _l("日"), "weeks": _l("週"), "months": _l("か月")}
LONGEST_MONTH, SHORTEST_MONTH = 31, 28


def cycle_words(cycle: Cycle | str) -> str:
    """Return a cycle in words, like 毎月15日 or 2週間ごとの火曜日; a text that is no cycle stays as it is."""
    if isinstance(cycle, str):
        try:
            cycle = Cycle.parse(cycle)
        except CycleError:
            return str(cycle)
    return str(_WORDS[cycle.kind](cycle))


def _days(cycle: Cycle) -> object:
    return _("毎日") if cycle.n == 1 else _("%(n)s日ごと", n=cycle.n)


def _weeks(cycle: Cycle) -> object:
    return _("毎週") if cycle.n == 1 else _("%(n)s週間ごと", n=cycle.n)


def _weeks_weekday(cycle: Cycle) -> object:
    weekday = WEEKDAYS[cycle.weekday or 0]
    if cycle.n == 1:
        return _("毎週%(weekday)s", weekday=weekday)
    return _("%(n)s週間ごとの%(weekday)s", n=cycle.n, weekday=weekday)


def _months(cycle: Cycle) -> object:
    if cycle.n == 1:
        return _("毎月、前回と同じ日")
    return _("%(n)sか月ごと、前回と同じ日", n=cycle.n)


def _months_day(cycle: Cycle) -> object:
    day = cycle.day or 1
    if cycle.n == 1:
        words = _("毎月末日") if day == LONGEST_MONTH else _("毎月%(day)s日", day=ordinal(day))
    elif day == LONGEST_MONTH:
        words = _("%(n)sか月ごとの末日", n=cycle.n)
    else:
        words = _("%(n)sか月ごとの%(day)s日", n=cycle.n, day=ordinal(day))
    return words + _("（ない月は末日）") if SHORTEST_MONTH < day < LONGEST_MONTH else words


def _months_nth(cycle: Cycle) -> object:
    nth = ordinal(cycle.nth or 1)
    if cycle.n == 1:
        words = _("毎月、前回と同じ曜日の%(nth)s回目", nth=nth)
    else:
        words = _("%(n)sか月ごと、前回と同じ曜日の%(nth)s回目", n=cycle.n, nth=nth)
    return words + _or_the_last(cycle)


def _months_nth_weekday(cycle: Cycle) -> object:
    nth, weekday = ordinal(cycle.nth or 1), WEEKDAYS[cycle.weekday or 0]
    if cycle.n == 1:
        words = _("毎月第%(nth)s%(weekday)s", nth=nth, weekday=weekday)
    else:
        words = _("%(n)sか月ごとの第%(nth)s%(weekday)s", n=cycle.n, nth=nth, weekday=weekday)
    return words + _or_the_last(cycle)


def _or_the_last(cycle: Cycle) -> object:
    return _("（ない月は最後）") if cycle.nth == 5 else ""


_WORDS = {
    CycleKind.DAYS: _days,
    CycleKind.WEEKS: _weeks,
    CycleKind.WEEKS_WEEKDAY: _weeks_weekday,
    CycleKind.MONTHS: _months,
    CycleKind.MONTHS_DAY: _months_day,
    CycleKind.MONTHS_NTH: _months_nth,
    CycleKind.MONTHS_NTH_WEEKDAY: _months_nth_weekday,
}
