"""The form in which settings are stored: default entries left out, texts normalized. Wrong values are kept."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.subscriptions.schedule.cycles import WEEKDAYS


def tidy(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return column of `SubscriptionRules` → tidy value."""
    return {field: TIDY[field](value) if field in TIDY else value for field, value in changes.items()}


def _entries(value: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(entry for line in value if (entry := line.strip())))


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if one not in (None, "")}


def _changes(value: Mapping[str, int | None]) -> dict[str, int | None]:
    """Leave out changes without extra days: a missing change is allowed without them."""
    return {change: extra for change, extra in value.items() if extra != 0}


def _ranges(value: Mapping[str, Iterable[int | None]]) -> dict[str, list[int | None]]:
    return {kind: list(ends) for kind, ends in value.items()}


TIDY: Mapping[str, Callable[[Any], Any]] = {
    "comment": lambda value: value.replace("\r\n", "\n").strip(),
    "number_prefix": lambda value: unicodedata.normalize("NFKC", value).strip(),
    **dict.fromkeys(("payment_methods", "cod_methods_refused", "time_slots"), _entries),
    "closed_weekdays": lambda value: sorted(set(value), key=lambda day: (*WEEKDAYS, day).index(day)),
    "changes": _changes,
    "cycles_offered": _ranges,
    **dict.fromkeys(("transit_days", "dateless_days", "shipping_fees", "payment_fees", "status_names"), _given),
}
