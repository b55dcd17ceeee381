"""Which changes a buyer may make now, and why not. Pure: the shop's terms, how the subscription stands, and a day.

The last moment is 23:59 of the day before the creation date, minus the shop's extra days for the kind of change. Only a
running subscription has one: while it stands still there is nothing to be late for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.values.states import SubscriptionState

_S = SubscriptionState


class Change(StrEnum):
    CYCLE = "cycle"
    NEXT_DATE = "next_date"
    TIME_SLOT = "time_slot"
    PAYMENT = "payment"
    CARD = "card"
    ADDRESS = "address"
    SKIP = "skip"
    UNSKIP = "unskip"
    PAUSE = "pause"
    RESUME = "resume"
    POINTS = "points"
    ITEMS = "items"
    CONTACT = "contact"
    CANCEL = "cancel"


class Why(StrEnum):
    """Why a change cannot be made by oneself now."""

    STATE = "state"
    """It has no meaning for a subscription in this state: it is not even mentioned."""
    NOT_ALLOWED = "not_allowed"
    """The shop does it for its buyers."""
    TOO_LATE = "too_late"
    """The order of the next delivery is in work, or about to be."""
    LOCKED = "locked"
    """The order of the next delivery is made today; tomorrow it may be."""
    TOO_MANY_SKIPS = "too_many_skips"
    NO_SLOTS = "no_slots"
    """Goes into the letter box: not even mentioned."""
    GUEST = "guest"
    """Points are for members: not even mentioned."""
    NO_CHOICE = "no_choice"
    """The shop offers nothing else."""
    COMMITMENT = "commitment"
    """Bound for some more orders: a cancellation is written down and answered by staff."""


SETTING = {Change.UNSKIP: Change.SKIP, Change.RESUME: Change.PAUSE}
"""Changes that are allowed along with another; all others have a key of their own in `SubscriptionRules.changes`."""
STATES: Mapping[Change, frozenset[SubscriptionState]] = {
    **dict.fromkeys((Change.NEXT_DATE, Change.SKIP, Change.UNSKIP), frozenset({_S.ACTIVE})),
    **dict.fromkeys((Change.CYCLE, Change.TIME_SLOT, Change.PAYMENT), frozenset({_S.ACTIVE, _S.SUSPENDED})),
    **dict.fromkeys((Change.ADDRESS, Change.POINTS, Change.ITEMS), frozenset({_S.ACTIVE, _S.SUSPENDED})),
    **dict.fromkeys((Change.PAUSE, Change.CANCEL), frozenset({_S.ACTIVE, _S.SUSPENDED})),
    **dict.fromkeys((Change.CARD, Change.CONTACT), frozenset({_S.ACTIVE, _S.SUSPENDED, _S.CANCELED})),
    Change.RESUME: frozenset({_S.SUSPENDED, _S.CANCELED}),
}
"""Where a change means something. Pausing a paused one says the day of its return anew."""
SILENT = frozenset({Why.STATE, Why.NO_SLOTS, Why.GUEST})


@dataclass(frozen=True)
class Terms:
    """What the shop has set."""

    changes: Mapping[str, int | None]
    """As `SubscriptionRules.changes`."""
    skips_allowed: int
    cancel_within_commitment: bool
    takes_new: bool
    offers: frozenset[Change]
    """Those of cycle and payment for which there is something to choose from."""


@dataclass(frozen=True)
class Standing:
    """How the subscription is now."""

    state: SubscriptionState
    creation_on: date
    next_skipped: bool
    skips_in_a_row: int
    has_slots: bool
    is_member: bool
    commitment_met: bool


@dataclass(frozen=True)
class Verdict:
    why: Why | None = None
    """None: it may be made."""
    until: date | None = None
    """Last day, to 23:59; None: there is none."""
    again_from: date | None = None
    """Of what is too late now: the day after the order is made."""

    @property
    def allowed(self) -> bool:
        return self.why is None

    @property
    def is_shown(self) -> bool:
        """Otherwise nothing is said about it at all."""
        return self.why not in SILENT


def verdict(change: Change, terms: Terms, standing: Standing, today: date) -> Verdict:
    silent = _why_silent(change, terms, standing)
    if silent is not None:
        return Verdict(silent)
    extra = terms.changes.get(SETTING.get(change, change), 0)
    if extra is None:
        return Verdict(Why.NOT_ALLOWED)
    if change in (Change.CYCLE, Change.PAYMENT) and change not in terms.offers:
        return Verdict(Why.NO_CHOICE)
    until = last_day(standing, extra)
    if until is not None and today > until:
        return Verdict(Why.TOO_LATE, until, standing.creation_on + timedelta(days=1))
    if change is Change.SKIP and standing.skips_in_a_row >= terms.skips_allowed:
        return Verdict(Why.TOO_MANY_SKIPS, until)
    if change is Change.CANCEL and not (standing.commitment_met or terms.cancel_within_commitment):
        return Verdict(Why.COMMITMENT, until)
    return Verdict(None, until)


def last_day(standing: Standing, extra_days: int = 0) -> date | None:
    """On which a change still counts for the next delivery, to 23:59; None while nothing is made."""
    if standing.state != _S.ACTIVE:
        return None
    return standing.creation_on - timedelta(days=1 + extra_days)


def _why_silent(change: Change, terms: Terms, standing: Standing) -> Why | None:
    if standing.state not in STATES[change] or not _has_meaning(change, terms, standing):
        return Why.STATE
    if change is Change.TIME_SLOT and not standing.has_slots:
        return Why.NO_SLOTS
    if change is Change.POINTS and not standing.is_member:
        return Why.GUEST
    return None


def _has_meaning(change: Change, terms: Terms, standing: Standing) -> bool:
    if change is Change.RESUME and standing.state == _S.CANCELED:
        return terms.takes_new
    if change in (Change.SKIP, Change.UNSKIP):
        return standing.next_skipped == (change is Change.UNSKIP)
    return True
