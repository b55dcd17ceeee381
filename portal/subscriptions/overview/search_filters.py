"""Filters of the list of subscriptions, and a place in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.subscriptions.schedule.cycles import CycleKind
from portal.values.states import SubscriptionState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class By(StrEnum):
    CREATED = "created"
    """Time of creation, newest first."""
    NEXT = "next"
    """Day of the next delivery, earliest first; only active ones, unless other states were chosen."""


@dataclass(frozen=True)
class Filters:
    """Filters of the list. An empty one excludes nothing; deleted subscriptions are only found by `deleted`."""

    states: frozenset[SubscriptionState] = frozenset()
    deleted: bool = False
    attention: bool = False
    since: date | None = None
    """First day of the next delivery."""
    until: date | None = None
    """Last day of the next delivery; both days are included."""
    kinds: frozenset[CycleKind] = frozenset()
    payment: str | None = None
    label_id: UUID | None = None
    lapsed_on: date | None = None
    """Day on which the time slot can no longer be asked for, of active subscriptions alone."""
    by: By = By.CREATED

    @property
    def of_the_next(self) -> bool:
        return self.by is By.NEXT or self.since is not None or self.until is not None

    @property
    def branches(self) -> Sequence[SubscriptionState | None]:
        """Return the states to look through one by one, each along its own index; None stands for any state."""
        if self.states:
            return sorted(self.states)
        return [SubscriptionState.ACTIVE] if self.of_the_next and not self.deleted else [None]


class Place(NamedTuple):
    at: datetime | date
    """Time of creation, or day of the next delivery."""
    id: UUID

    def __str__(self) -> str:
        """Write the place for a URL; `read_place` reads it."""
        if isinstance(self.at, datetime):
            return f"c{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"
        return f"n{self.at.toordinal()}-{self.id.hex}"


def read_place(text: str, by: By) -> Place | None:
    """Read a place; return None for anything that `str(place)` did not write, and for a place of the other order."""
    number, _, subscription_id = text.partition("-")
    try:
        if by is By.CREATED and number.startswith("c"):
            return Place(_EPOCH + timedelta(microseconds=int(number[1:])), UUID(hex=subscription_id))
        if by is By.NEXT and number.startswith("n"):
            return Place(date.fromordinal(int(number[1:])), UUID(hex=subscription_id))
    except (ValueError, OverflowError):
        pass
    return None


@dataclass(frozen=True)
class Cursor:
    """The subscription beside which a page lies."""

    place: Place
    back: bool = False
    """True for those before it in the list, False for those after it."""
