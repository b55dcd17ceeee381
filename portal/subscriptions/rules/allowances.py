"""Which changes a buyer may make now, and why not, from the shop's terms, the subscription's standing and the day.

The last moment is 23:59 of the day before the creation date, minus the shop's extra days for the kind of change. It is
that of the next order: where the next delivery is skipped, only taking back the skip ends with that delivery's own. Only
an active subscription has a deadline: while it generates no orders there is nothing to be late for.
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
    """Reason why a buyer cannot make a change now."""

    STATE = "state"
    """The change has no meaning in this state of the subscription; it is not shown at all."""
    NOT_ALLOWED = "not_allowed"
    """The shop does not let buyers make the change; staff make it for them."""
    TOO_LATE = "too_late"
    """The deadline has passed: the next order is being prepared, or is about to be."""
    LOCKED = "locked"
    """The dates move on today; the change may be possible tomorrow."""
    TOO_MANY_SKIPS = "too_many_skips"
    NO_SLOTS = "no_slots"
    """The delivery goes into the letter box, which has no time slots; the change is not shown at all."""
    GUEST = "guest"
    """Points are for members only; the change is not shown to guests at all."""
    NO_CHOICE = "no_choice"
    """The shop offers nothing else to choose."""
    COMMITMENT = "commitment"
    """Orders of the commitment are left; a cancellation is recorded as a request, which staff answer."""


SETTING = {Change.UNSKIP: Change.SKIP, Change.RESUME: Change.PAUSE}
"""Change → the change by whose setting it is allowed; any other has its own key in `SubscriptionRules.changes`."""
STATES: Mapping[Change, frozenset[SubscriptionState]] = {
    **dict.fromkeys((Change.NEXT_DATE, Change.SKIP, Change.UNSKIP), frozenset({_S.ACTIVE})),
    **dict.fromkeys((Change.CYCLE, Change.TIME_SLOT, Change.PAYMENT), frozenset({_S.ACTIVE, _S.SUSPENDED})),
    **dict.fromkeys((Change.ADDRESS, Change.POINTS, Change.ITEMS), frozenset({_S.ACTIVE, _S.SUSPENDED})),
    **dict.fromkeys((Change.PAUSE, Change.CANCEL), frozenset({_S.ACTIVE, _S.SUSPENDED})),
    **dict.fromkeys((Change.CARD, Change.CONTACT), frozenset({_S.ACTIVE, _S.SUSPENDED, _S.CANCELED})),
    Change.RESUME: frozenset({_S.SUSPENDED, _S.CANCELED}),
}
"""States in which a change has a meaning. Pausing a suspended subscription sets a new date of return."""
SILENT = frozenset({Why.STATE, Why.NO_SLOTS, Why.GUEST})


@dataclass(frozen=True)
class ChangeTerms:
    """The shop's settings that decide what buyers may change."""

    changes: Mapping[str, int | None]
    """Same as `SubscriptionRules.changes`: change → extra days before the deadline, or None if it is not allowed."""
    skips_allowed: int
    cancel_within_commitment: bool
    takes_new: bool
    offers: frozenset[Change]
    """The changes among cycle and payment for which the shop offers anything to choose."""


@dataclass(frozen=True)
class Standing:
    """State of the subscription as far as the rules depend on it."""

    state: SubscriptionState
    creation_on: date
    """Creation date of the next delivery, skipped or not."""
    next_order_on: date
    """Creation date of the first delivery that is not skipped."""
    next_skipped: bool
    skips_in_a_row: int
    has_slots: bool
    is_member: bool
    commitment_met: bool


@dataclass(frozen=True)
class Verdict:
    why: Why | None = None
    """Reason for the refusal; None if the change may be made."""
    until: date | None = None
    """Last day, until 23:59, on which the change is possible; None if it has no deadline."""
    again_from: date | None = None
    """If the deadline has passed: first day on which the change is possible again, the day after the order is made."""

    @property
    def allowed(self) -> bool:
        return self.why is None

    @property
    def is_shown(self) -> bool:
        """Return whether the page mentions the change at all."""
        return self.why not in SILENT


def verdict(change: Change, terms: ChangeTerms, standing: Standing, today: date) -> Verdict:
    silent = _why_silent(change, terms, standing)
    if silent is not None:
        return Verdict(silent)
    extra = terms.changes.get(SETTING.get(change, change), 0)
    if extra is None:
        return Verdict(Why.NOT_ALLOWED)
    if change in (Change.CYCLE, Change.PAYMENT) and change not in terms.offers:
        return Verdict(Why.NO_CHOICE)
    until = last_day(standing, extra, change)
    if until is not None and today > until:
        return Verdict(Why.TOO_LATE, until, _order_on(standing, change) + timedelta(days=1))
    if until is not None and today >= standing.creation_on:
        # Only a skipped delivery gets here: its day ends the skip, and the dates move on.
        return Verdict(Why.LOCKED, until, standing.creation_on + timedelta(days=1))
    if change is Change.SKIP and standing.skips_in_a_row >= terms.skips_allowed:
        return Verdict(Why.TOO_MANY_SKIPS, until)
    if change is Change.CANCEL and not (standing.commitment_met or terms.cancel_within_commitment):
        return Verdict(Why.COMMITMENT, until)
    return Verdict(None, until)


def last_day(standing: Standing, extra_days: int, change: Change) -> date | None:
    """Return the last day, until 23:59, on which a change counts for the next order, or None unless it is active."""
    if standing.state != _S.ACTIVE:
        return None
    return _order_on(standing, change) - timedelta(days=1 + extra_days)


def _order_on(standing: Standing, change: Change) -> date:
    return standing.creation_on if change is Change.UNSKIP else standing.next_order_on


def _why_silent(change: Change, terms: ChangeTerms, standing: Standing) -> Why | None:
    if standing.state not in STATES[change] or not _has_meaning(change, terms, standing):
        return Why.STATE
    if change is Change.TIME_SLOT and not standing.has_slots:
        return Why.NO_SLOTS
    if change is Change.POINTS and not standing.is_member:
        return Why.GUEST
    return None


def _has_meaning(change: Change, terms: ChangeTerms, standing: Standing) -> bool:
    if change is Change.RESUME and standing.state == _S.CANCELED:
        return terms.takes_new
    if change in (Change.SKIP, Change.UNSKIP):
        return standing.next_skipped == (change is Change.UNSKIP)
    if change is Change.NEXT_DATE:
        # There is no day to move until the skip is taken back or over.
        return not standing.next_skipped
    return True
