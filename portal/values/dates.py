"""Days and instants as carts and slip software write them. A day is one in Tokyo; an instant is aware UTC."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
YEARS = range(1989, 2101)
"""Years that are accepted; others are zero dates of databases and spreadsheets (0000-00-00, 1900/1/0) or mistyped."""

_FIRST, _LAST = date(2, 1, 1), date(9999, 12, 30)
"""Days whose midnights in Tokyo a datetime can hold in every zone."""
_DAY = r"(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<m1>\d{1,2})(?P=mark)(?P<d1>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日|(?P<m3>\d{2})(?P<d3>\d{2}))"
_WEEKDAY = r"(?:\s*\([日月火水木金土](?:曜日?)?\))?"
_CLOCK = r"(?P<hour>\d{1,2})(?::|時)(?P<minute>\d{1,2})(?:(?::|分)(?P<second>\d{1,2})(?:\.\d+)?秒?|分?)"
_ZONE = r"(?:\s*(?P<utc>Z|UTC|GMT)|\s*(?P<tokyo>JST)|\s*(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2}))?"
_DATE = re.compile(_DAY + _WEEKDAY)
_DATETIME = re.compile(_DAY + _WEEKDAY + rf"(?:[\sT]*{_CLOCK}{_ZONE})?")
_COMPACT = re.compile(r"(\d{8})[\sT]?(\d{2})(\d{2})(\d{2})")


class DateProblem(StrEnum):
    EMPTY = "empty"
    FORM = "form"
    """Text in none of the accepted forms."""
    NO_SUCH_DAY = "no_such_day"
    YEAR = "year"
    """Year outside YEARS: a zero date or a typing mistake."""
    NO_SUCH_TIME = "no_such_time"


class DateError(ValueError):
    def __init__(self, problem: DateProblem, text: str) -> None:
        super().__init__(f"{problem}: {text!r}")
        self.problem = problem
        self.text = text


def tokyo_date(instant: datetime) -> date:
    """Return the day in Tokyo. Raise ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {instant!r}")
    return instant.astimezone(TOKYO).date()


def starts(day: date) -> datetime:
    """Return the first instant of the day in Tokyo. A day at the edge of the calendar counts as the nearest that has one."""
    return datetime.combine(min(max(day, _FIRST), _LAST), time(), TOKYO).astimezone(UTC)


def ends(day: date) -> datetime:
    """Return the first instant after the day in Tokyo, as `starts` does."""
    return starts(min(day, _LAST) + timedelta(days=1))


def parse_date(text: str) -> date:
    """Read 2026-11-21, 2026/1/5, 2026.11.21, 20261121, 2026年11月21日 or 2026-11-21(土), with or without a time.

    With a time, the day is the one in Tokyo at that instant. Raise DateError, which says what was wrong.
    """
    plain = _plain(text)
    if found := _DATE.fullmatch(plain):
        return _day(found, text)
    return tokyo_date(parse_datetime(text))


def parse_datetime(text: str) -> datetime:
    """Read a day as in `parse_date`, then 13:45, 13:45:00, 13時45分, T13:45:00+09:00, ` -0400` or Z; or 20261121134500.

    Z may also be ` UTC` or ` GMT`. Without a zone, or with ` JST`, it is Tokyo time; a day alone is midnight in Tokyo. Raise DateError as `parse_date` does.
    """
    plain = _COMPACT.sub(r"\1 \2:\3:\4", _plain(text))
    found = _DATETIME.fullmatch(plain)
    if found is None:
        raise DateError(DateProblem.FORM, text)
    day = _day(found, text)
    try:
        clock = time(int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
        return datetime.combine(day, clock, _zone(found)).astimezone(UTC)
    except ValueError as error:
        raise DateError(DateProblem.NO_SUCH_TIME, text) from error


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise DateError(DateProblem.EMPTY, text)
    # NFKC keeps the digits of other scripts, and \d would match them.
    if not re.sub(r"[年月日時分秒火水木金土曜]", "", plain).isascii():
        raise DateError(DateProblem.FORM, text)
    return plain


def _day(found: re.Match[str], text: str) -> date:
    year, month, day = (int(found["year"]), *(int(_first(found, part)) for part in ("m", "d")))
    if year not in YEARS:
        raise DateError(DateProblem.YEAR, text)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError(DateProblem.NO_SUCH_DAY, text) from error


def _first(found: re.Match[str], part: str) -> str:
    return found[f"{part}1"] or found[f"{part}2"] or found[f"{part}3"]


def _zone(found: re.Match[str]) -> ZoneInfo | timezone:
    if found["utc"]:
        return UTC
    if found["tokyo"] or not found["sign"]:
        return TOKYO
    offset = timedelta(hours=int(found["zh"]), minutes=int(found["zm"]))
    return timezone(-offset if found["sign"] == "-" else offset)
