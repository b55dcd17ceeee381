"""The settings that a shop may have for its subscriptions, taken together: values in, problems out."""

from dataclasses import dataclass

from portal.subscriptions.rules.declarations import DECLARED
from portal.subscriptions.rules.problems import Advice, Problem
from portal.values.settings import Contradiction, Rules, Values

OFFER_NEEDS = {"pause": "pause", "skip": "skip", "longer": "cycle"}
"""Offer before a cancellation → the change that it consists of."""
USUAL_TRANSIT_DAYS = 1
"""Days from ship to delivery in a prefecture for which the shop has set none."""
SETTINGS = frozenset(DECLARED)
"""Columns that staff may set."""


@dataclass(frozen=True)
class Facts:
    """Facts besides the settings that a rule depends on."""

    active: int = 0
    """Number of active subscriptions."""


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


# --- what does not go together ---------------------------------------------------------------------------------------
def _off_while_active(settings: Values, facts: Facts) -> bool:
    return not settings["enabled"] and facts.active > 0


def _skips_zero(settings: Values, _facts: Facts) -> bool:
    return settings["changes"].get("skip", 0) is not None and settings["skips_allowed"] == 0


def _made_too_late(settings: Values, _facts: Facts) -> bool:
    slowest = max({"": USUAL_TRANSIT_DAYS, **settings["transit_days"]}.values())
    return bool(settings["creation_base"] == "delivery" and settings["creation_days"] < settings["lead_days"] + slowest)


def _offer_not_allowed(settings: Values, _facts: Facts) -> bool:
    return any(settings["changes"].get(OFFER_NEEDS[offer], 0) is None for offer in settings["offers_before_cancelling"])


def _prefix_empty(settings: Values, _facts: Facts) -> bool:
    return settings["numbering"] == "prefix" and not settings["number_prefix"]


def _last_too_large(settings: Values, _facts: Facts) -> bool:
    return bool(settings["last_number"] >= 10 ** settings["number_digits"])


RULES = Rules(
    DECLARED,
    (
        Contradiction(frozenset({"enabled"}), "enabled", Problem.ACTIVE_ONES, _off_while_active),
        Contradiction(
            frozenset({"creation_base", "creation_days", "lead_days", "transit_days"}),
            "creation_days",
            Problem.MADE_TOO_LATE,
            _made_too_late,
        ),
        Contradiction(frozenset({"changes", "skips_allowed"}), "skips_allowed", Problem.SKIPS_ZERO, _skips_zero),
        Contradiction(
            frozenset({"changes", "offers_before_cancelling"}),
            "offers_before_cancelling",
            Problem.OFFER_NOT_ALLOWED,
            _offer_not_allowed,
        ),
        Contradiction(frozenset({"numbering", "number_prefix"}), "number_prefix", Problem.PREFIX_EMPTY, _prefix_empty),
        Contradiction(
            frozenset({"last_number", "number_digits"}), "last_number", Problem.LAST_TOO_LARGE, _last_too_large
        ),
    ),
)
