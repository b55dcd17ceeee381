"""What narrows the list of subscriptions, and a place in it."""

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
    """Newest first."""
    NEXT = "next"
    """The next delivery first; of the active ones, unless other states were chosen."""


@dataclass(frozen=True)
class Filters:
    """An empty one narrows nothing; deleted subscriptions are only found by `deleted`."""

    states: frozenset[SubscriptionState] = frozenset()
    deleted: bool = False
    attention: bool = False
    since: date | None = None
    """Next delivery from that day on …"""
    until: date | None = None
    """… up to that day."""
    kinds: frozenset[CycleKind] = frozenset()
    payment: str | None = None
    label_id: UUID | None = None
    by: By = By.CREATED

    @property
    def of_the_next(self) -> bool:
        return self.by is By.NEXT or self.since is not None or self.until is not None

    @property
    def branches(self) -> Sequence[SubscriptionState | None]:
        """One a state, so that each goes along an index of its own; None: whatever the state."""
        if self.states:
            return sorted(self.states)
        return [SubscriptionState.ACTIVE] if self.of_the_next and not self.deleted else [None]


class Place(NamedTuple):
    at: datetime | date
    """Created, or next delivery."""
    id: UUID

    def __str__(self) -> str:
        """For an address; `read_place` reads it."""
        if isinstance(self.at, datetime):
            return f"c{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"
        return f"n{self.at.toordinal()}-{self.id.hex}"


def read_place(text: str, by: By) -> Place | None:
    """None for anything that `str(place)` did not write, and for a place of the other order."""
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
    """Beside which subscription the page lies."""

    place: Place
    back: bool = False
    """What stands before it in the list; else what follows."""
