"""Which settings a shop may have for its subscriptions, and what is wrong with others.

A field is a column of `SubscriptionRules`. The path of a problem is the column, or column.key if the column is a table:
`transit_days.北海道`, `cycles_offered.weeks`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.subscriptions.schedule.cycles import LIMITS, WEEKDAYS, CycleKind

MOST_N = {str(kind): LIMITS[kind.unit] for kind in CycleKind}
"""Cycle kind → largest n; the smallest is 1."""
CHANGES = (
    *("cycle", "next_date", "skip", "time_slot", "items", "address", "payment", "card"),
    *("points", "contact", "pause", "cancel"),
)
"""Changes that a shop may allow its buyers."""
OFFERS = ("pause", "skip", "longer")
OFFER_NEEDS = {"pause": "pause", "skip": "skip", "longer": "cycle"}
"""Offer before a cancellation → the change that it consists of."""
STATES = ("active", "suspended", "canceled", "finished")
BOUNDS = {
    "lead_days": (0, 60),
    "transit_days": (0, 30),
    "dateless_days": (1, 30),
    "shipping_fees": (0, 99_999),
    "payment_fees": (0, 99_999),
    "creation_days": (0, 60),
    "date_window_days": (1, 365),
    "skips_allowed": (0, 12),
    "changes": (0, 60),
    "pauses_longest": (1, 730),
    "upcoming_days": (1, 30),
    "number_digits": (5, 10),
}
LONGEST = {
    "comment": 1000,
    "number_prefix": 10,
    "payment_methods": 100,
    "payment_fees": 100,
    "cod_methods_refused": 60,
    "time_slots": 40,
    "status_names": 20,
    "dateless_days": 60,
}
"""Largest number of characters; for a list or table, of each entry."""
MOST_ENTRIES = 30
USUAL_TRANSIT_DAYS = 1
"""Days from ship to delivery in a prefecture for which the shop has set none."""
SETTINGS = frozenset(
    [
        *("enabled", "takes_new", "generates", "comment"),
        *("lead_days", "transit_days", "dateless_days", "creation_days", "creation_base"),
        *("closed_weekdays", "closed_on_holidays"),
        *("shipping_fees", "payment_fees"),
        *("cycles_offered", "payment_methods", "cod_methods_refused", "time_slots", "carries_slot", "authorises"),
        *("date_window_days", "skips_allowed", "changes", "pauses_longest"),
        *("cancel_within_commitment", "offers_before_cancelling"),
        *("numbering", "number_digits", "number_prefix", "number_hyphen", "last_number"),
        *("card_mails", "upcoming_days", "tells_generated", "status_names"),
    ]
)

Values = Mapping[str, Any]


class Problem(StrEnum):
    """Reason why a setting is refused."""

    NUMBER = "number"
    """No number, or outside its bounds."""
    CHOICE = "choice"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    RANGE_MISSING = "range_missing"
    """A cycle is offered without the smallest or largest n."""
    RANGE_BACKWARDS = "range_backwards"
    MADE_TOO_LATE = "made_too_late"
    """The creation date, counted back from the delivery date, would come after the ship date."""
    NEVER_OPEN = "never_open"
    """All seven weekdays are closed."""
    ACTIVE_ONES = "active_ones"
    """Subscriptions would be switched off while some are active."""
    SKIPS_ZERO = "skips_zero"
    """Buyers may skip deliveries, but the largest number in a row is 0."""
    OFFER_TWICE = "offer_twice"
    OFFER_NOT_ALLOWED = "offer_not_allowed"
    """An offer before a cancellation is a change that buyers may not make."""
    PREFIX_EMPTY = "prefix_empty"
    PREFIX_CHARACTERS = "prefix_characters"
    LAST_TOO_LARGE = "last_too_large"
    """The last number has more digits than the numbers have."""
    NAME_TWICE = "name_twice"


class Advice(StrEnum):
    """Something that staff should know about a setting, although it is allowed."""

    NO_CYCLES = "no_cycles"
    """Buyers may change the cycle, but none is offered."""
    NO_PAYMENT_METHODS = "no_payment_methods"
    TOLD_TOO_LATE = "told_too_late"
    """The mail about a coming delivery is sent when its order is made already."""
    NEVER_TOLD = "never_told"
    """Buyers get no mail, neither before the order is made nor after it."""


@dataclass(frozen=True)
class Facts:
    """Facts besides the settings that a rule depends on."""

    active: int = 0
    """Number of active subscriptions."""


def problems(settings: Values, changed: Iterable[str], facts: Facts) -> dict[str, Problem]:
    """Return path → problem for the `changed` fields of `settings`, which are all settings after the change (tidy).

    A problem that a field had before does not prevent the change of others.
    """
    fields = set(changed)
    found: dict[str, Problem] = {}
    for field in sorted(fields & CHECKS.keys()):
        found |= {path: problem for path, problem in CHECKS[field](field, settings[field]) if problem}
    wrong = {path.partition(".")[0] for path in found}
    for needed, rule in TOGETHER:
        if needed & fields and not needed & wrong:
            found |= dict(rule(settings, facts))
    return found


def advice(settings: Values) -> dict[str, Advice]:
    """Return field → what staff should know about it."""
    found: dict[str, Advice] = {}
    allowed = settings["changes"]
    if not settings["cycles_offered"] and allowed.get("cycle", 0) is not None:
        found["cycles_offered"] = Advice.NO_CYCLES
    if not settings["payment_methods"] and allowed.get("payment", 0) is not None:
        found["payment_methods"] = Advice.NO_PAYMENT_METHODS
    told = settings["upcoming_days"]
    if told is not None and told <= days_between(settings):
        found["upcoming_days"] = Advice.TOLD_TOO_LATE
    if told is None and not settings["tells_generated"]:
        found["tells_generated"] = Advice.NEVER_TOLD
    return found


def days_between(settings: Values) -> int:
    """Return the days from an order's creation to its delivery, without closed days, by the general transit days."""
    days: int = settings["creation_days"]
    if settings["creation_base"] == "delivery":
        return days
    return days + int(settings["lead_days"]) + int(settings["transit_days"].get("", USUAL_TRANSIT_DAYS))


# --- one field -------------------------------------------------------------------------------------------------------
Found = Iterable[tuple[str, Problem | None]]
Check = Callable[[str, Any], Found]


def _number(field: str, value: int | None) -> Found:
    yield field, _number_problem(field, value)


def _number_or_none(field: str, value: int | None) -> Found:
    yield field, None if value is None else _number_problem(field, value)


def _numbers(field: str, table: Mapping[str, int | None]) -> Found:
    for key, value in table.items():
        yield f"{field}.{key}", _number_problem(field, value)
        yield f"{field}.{key}", Problem.TOO_LONG if len(key) > LONGEST.get(field, 60) else None


def _number_problem(field: str, value: int | None) -> Problem | None:
    least, most = BOUNDS[field]
    return None if value is not None and least <= value <= most else Problem.NUMBER


def _changes(field: str, table: Mapping[str, int | None]) -> Found:
    for change, extra in table.items():
        path = f"{field}.{change}"
        yield path, None if change in CHANGES else Problem.CHOICE
        yield path, None if extra is None else _number_problem(field, extra)


def _cycles(field: str, table: Mapping[str, tuple[int | None, int | None]]) -> Found:
    for kind, (least, most) in table.items():
        yield f"{field}.{kind}", _range_problem(kind, least, most)


def _range_problem(kind: str, least: int | None, most: int | None) -> Problem | None:
    if kind not in MOST_N:
        return Problem.CHOICE
    if least is None or most is None:
        return Problem.RANGE_MISSING
    if not (1 <= least <= MOST_N[kind] and 1 <= most <= MOST_N[kind]):
        return Problem.NUMBER
    return Problem.RANGE_BACKWARDS if least > most else None


def _list(field: str, entries: list[str]) -> Found:
    yield field, Problem.TOO_MANY if len(entries) > MOST_ENTRIES else None
    yield field, Problem.TOO_LONG if any(len(entry) > LONGEST[field] for entry in entries) else None


def _text(field: str, value: str) -> Found:
    yield field, Problem.TOO_LONG if len(value) > LONGEST[field] else None


def _prefix(field: str, value: str) -> Found:
    yield from _text(field, value)
    yield field, None if re.fullmatch(r"[A-Za-z0-9\-_/]*", value) else Problem.PREFIX_CHARACTERS


def _weekdays(field: str, days: list[str]) -> Found:
    yield field, Problem.CHOICE if set(days) - set(WEEKDAYS) else None
    yield field, Problem.NEVER_OPEN if set(days) >= set(WEEKDAYS) else None


def _offers(field: str, offers: list[str]) -> Found:
    yield field, Problem.CHOICE if set(offers) - set(OFFERS) else None
    yield field, Problem.OFFER_TWICE if len(set(offers)) < len(offers) else None


def _names(field: str, names: Mapping[str, str]) -> Found:
    for state, name in names.items():
        yield f"{field}.{state}", None if state in STATES else Problem.CHOICE
        yield f"{field}.{state}", Problem.TOO_LONG if len(name) > LONGEST[field] else None
        if list(names.values()).count(name) > 1:
            yield f"{field}.{state}", Problem.NAME_TWICE


def _one_of(*values: object) -> Check:
    return lambda field, value: [(field, None if value in values else Problem.CHOICE)]


CHECKS: Mapping[str, Check] = {
    "generates": _one_of("us", "them"),
    "creation_base": _one_of("ship", "delivery"),
    "numbering": _one_of("running", "prefix", "date"),
    "comment": _text,
    **dict.fromkeys(("lead_days", "creation_days", "date_window_days", "skips_allowed", "number_digits"), _number),
    **dict.fromkeys(("pauses_longest", "upcoming_days"), _number_or_none),
    **dict.fromkeys(("transit_days", "dateless_days", "shipping_fees", "payment_fees"), _numbers),
    **dict.fromkeys(("payment_methods", "cod_methods_refused", "time_slots"), _list),
    "changes": _changes,
    "cycles_offered": _cycles,
    "closed_weekdays": _weekdays,
    "offers_before_cancelling": _offers,
    "number_prefix": _prefix,
    "status_names": _names,
}


# --- what does not go together ---------------------------------------------------------------------------------------
def _off_while_active(settings: Values, facts: Facts) -> Iterable[tuple[str, Problem]]:
    if not settings["enabled"] and facts.active:
        yield "enabled", Problem.ACTIVE_ONES


def _skips(settings: Values, _facts: Facts) -> Iterable[tuple[str, Problem]]:
    if settings["changes"].get("skip", 0) is not None and settings["skips_allowed"] == 0:
        yield "skips_allowed", Problem.SKIPS_ZERO


def _made_in_time(settings: Values, _facts: Facts) -> Iterable[tuple[str, Problem]]:
    slowest = max({"": USUAL_TRANSIT_DAYS, **settings["transit_days"]}.values())
    if settings["creation_base"] == "delivery" and settings["creation_days"] < settings["lead_days"] + slowest:
        yield "creation_days", Problem.MADE_TOO_LATE


def _offers_allowed(settings: Values, _facts: Facts) -> Iterable[tuple[str, Problem]]:
    if any(settings["changes"].get(OFFER_NEEDS[offer], 0) is None for offer in settings["offers_before_cancelling"]):
        yield "offers_before_cancelling", Problem.OFFER_NOT_ALLOWED


def _prefix_needed(settings: Values, _facts: Facts) -> Iterable[tuple[str, Problem]]:
    if settings["numbering"] == "prefix" and not settings["number_prefix"]:
        yield "number_prefix", Problem.PREFIX_EMPTY


def _last_fits(settings: Values, _facts: Facts) -> Iterable[tuple[str, Problem]]:
    last = settings["last_number"]
    if last is None or last < 0:
        yield "last_number", Problem.NUMBER
    elif last >= 10 ** settings["number_digits"]:
        yield "last_number", Problem.LAST_TOO_LARGE


Together = Callable[[Values, Facts], Iterable[tuple[str, Problem]]]
TOGETHER: tuple[tuple[frozenset[str], Together], ...] = (
    (frozenset({"enabled"}), _off_while_active),
    (frozenset({"creation_base", "creation_days", "lead_days", "transit_days"}), _made_in_time),
    (frozenset({"changes", "skips_allowed"}), _skips),
    (frozenset({"changes", "offers_before_cancelling"}), _offers_allowed),
    (frozenset({"numbering", "number_prefix"}), _prefix_needed),
    (frozenset({"last_number", "number_digits"}), _last_fits),
)
