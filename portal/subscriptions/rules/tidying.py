"""The form in which settings are stored: default entries left out, texts normalized. Wrong values are kept."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from portal.subscriptions.schedule.cycles import WEEKDAYS


def lines(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def narrow(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def entries(value: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(entry for line in value if (entry := line.strip())))


def weekdays(value: Iterable[str]) -> list[str]:
    return sorted(set(value), key=lambda day: (*WEEKDAYS, day).index(day))


def given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if one not in (None, "")}


def extra_days(value: Mapping[str, int | None]) -> dict[str, int | None]:
    """Leave out changes without extra days: a missing change is allowed without them."""
    return {change: extra for change, extra in value.items() if extra != 0}


def ranges(value: Mapping[str, Iterable[int | None]]) -> dict[str, list[int | None]]:
    return {kind: list(ends) for kind, ends in value.items()}
