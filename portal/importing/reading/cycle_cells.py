"""Readers of delivery cycles: our text form, words (2週間ごと 火曜日), or several columns of numbers."""

import re
import unicodedata
from collections.abc import Mapping

from portal.importing.reading.cells import CellError
from portal.subscriptions.schedule import Cycle, CycleError, CycleKind

_WEEKDAYS = "月火水木金土日"
_N = r"(?P<n>[0-9]{1,3})"
_NTH = r"第?(?P<nth>[1-5])(?:回目?|週目?)?の?"
_WEEKDAY = rf"(?P<weekday>[{_WEEKDAYS}])曜日?"
_EVERY = r"(?:ごと|毎)(?:の|に)?"
_MONTHS = rf"(?:毎月|{_N}(?:[ヶケかカヵ箇]月){_EVERY})"
# Matched after NFKC and without blanks. おき is not read: to some 2日おき is every second day, to others every third.
_WORDS = tuple(
    (kind, re.compile(form))
    for kind, form in (
        (CycleKind.DAYS, rf"(?:毎日|{_N}日(?:間)?{_EVERY})"),
        (CycleKind.WEEKS_WEEKDAY, rf"(?:毎週|{_N}週(?:間)?{_EVERY})[、,]?{_WEEKDAY}"),
        (CycleKind.WEEKS, rf"(?:毎週|{_N}週(?:間)?{_EVERY})"),
        (CycleKind.MONTHS_NTH_WEEKDAY, rf"{_MONTHS}[、,]?{_NTH}{_WEEKDAY}"),
        (CycleKind.MONTHS_NTH, rf"{_MONTHS}[、,]?第(?P<nth>[1-5])週?"),
        (CycleKind.MONTHS_DAY, rf"{_MONTHS}[、,]?(?:(?P<day>[0-9]{{1,2}})日|(?P<last>末日|月末))"),
        (CycleKind.MONTHS, _MONTHS),
    )
)
_LAST_DAY = 31
_EXAMPLE = "days:30、weeks:2@tue、months:1@15、months:1@2nd-sat のように書いてください。"


def read(text: str) -> Cycle:
    """Read a cycle. Raise CellError if it is neither our text form nor words of a known rule."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    try:
        return Cycle.parse(plain)
    except CycleError:
        pass
    for kind, form in _WORDS:
        if found := form.fullmatch(plain):
            return _cycle(kind, found.groupdict(), text)
    raise CellError(f"「{text[:20]}」はお届けサイクルとして読めません。{_EXAMPLE}")


def from_columns(*, days: str, months: str, day: str, nth: str, weekday: str) -> Cycle | None:
    """Read a cycle from a channel's column for each part; blank and 0 say nothing. Return None if all say nothing."""
    n_days, n_months = _number(days), _number(months)
    if n_days and n_months:
        raise CellError("日ごとと月ごとの両方に数字があり、どちらのサイクルか決められません。")
    if n_days:
        return _cycle(CycleKind.DAYS, {"n": n_days}, days)
    if not n_months:
        return None
    if _number(nth):
        parts = {"n": n_months, "nth": _number(nth), "weekday": _weekday(weekday)}
        return _cycle(CycleKind.MONTHS_NTH_WEEKDAY if parts["weekday"] else CycleKind.MONTHS_NTH, parts, nth)
    if day and unicodedata.normalize("NFKC", day) not in ("0", ""):
        last = "末" in day
        parts = {"n": n_months, "last": day} if last else {"n": n_months, "day": _number(day)}
        return _cycle(CycleKind.MONTHS_DAY, parts, day)
    return _cycle(CycleKind.MONTHS, {"n": n_months}, months)


def several(text: str) -> tuple[str, ...]:
    """Read an item's cycles, one per cycle number, separated by arrows, commas or blanks."""
    parts = [part for part in re.split(r"[\s、,→>]+", text.replace("->", "→")) if part]
    return tuple(str(read(part)) for part in parts)


def _cycle(kind: CycleKind, parts: Mapping[str, str | None], text: str) -> Cycle:
    weekday = parts.get("weekday")
    try:
        return Cycle(
            kind,
            int(parts.get("n") or 1),
            day=_LAST_DAY if parts.get("last") else _int(parts.get("day")),
            nth=_int(parts.get("nth")),
            weekday=_WEEKDAYS.index(weekday) if weekday else None,
        )
    except CycleError:
        raise CellError(f"「{text[:20]}」のお届けサイクルはありません。{_EXAMPLE}") from None


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _number(text: str) -> str:
    """Return the digits of 第2 or 2回目, or "" for 0 and a blank cell. Raise CellError for anything else."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return ""
    found = re.fullmatch(r"第?([0-9]{1,3})(?:日|回目?|[ヶケかカヵ箇]月|週目?)?(?:ごと|毎|に)?", plain)
    if found is None:
        raise CellError(f"「{text[:20]}」は数字として読めません。")
    return found[1] if int(found[1]) else ""


def _weekday(text: str) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).removesuffix("日").removesuffix("曜")
    if not plain and text.strip():
        plain = "日"
    if plain and plain not in _WEEKDAYS:
        raise CellError(f"「{text[:20]}」は曜日として読めません。")
    return plain
