"""From the delivery date to the ship date, the creation date and the buyer's deadline."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from portal.subscriptions.schedule.working_days import Calendar
from portal.values.dates import TOKYO, tokyo_date


@dataclass(frozen=True)
class Timing:
    """Day counts of one subscription, set by the shop, the prefecture and the delivery method."""

    lead_days: int
    """The shop's minimum number of days from order to ship date."""
    transit_days: int
    """Days from ship to delivery in the prefecture that it goes to."""
    creation_days: int
    creation_base: Literal["ship", "delivery"]
    dateless_days: int | None
    """Business days from ship to delivery for a delivery method without a date; None if the method has dates."""
    calendar: Calendar

    @property
    def lead(self) -> timedelta:
        """Return the calendar days from ship to delivery for a method with dates: the shop's minimum plus transit."""
        return timedelta(days=self.lead_days + self.transit_days)

    def ship_on(self, delivery_on: date) -> date:
        """Return the ship date. Closed days make it earlier; the delivery date stays as promised."""
        if self.dateless_days is None:
            return self.calendar.open_on_or_before(delivery_on - self.lead)
        # A delivery date that is no business day counts as the business day before.
        counted_from = self.calendar.business_on_or_before(delivery_on)
        return self.calendar.back_business_days(counted_from, self.dateless_days)

    def delivery_on(self, ship_on: date) -> date:
        """Return the delivery date: the inverse of `ship_on` for a day on which the shop ships.

        For a method without a date, it is the inverse only for a business day.
        """
        if self.dateless_days is None:
            return ship_on + self.lead
        return self.calendar.add_business_days(ship_on, self.dateless_days)

    def creation_on(self, delivery_on: date) -> date:
        """Return the day on which the order is made. It may be a closed day, because no person has to make it."""
        return self.creation_before(self.ship_on(delivery_on), delivery_on)

    def creation_before(self, ship_on: date, delivery_on: date) -> date:
        """Return the creation date as `creation_on` does, but for a ship date that is already known."""
        base = ship_on if self.creation_base == "ship" else delivery_on
        return base - timedelta(days=self.creation_days)

    def deadline(self, creation_on: date, extra_days: int = 0) -> datetime:
        """Return the last second in which the buyer may change something: 23:59:59 in Tokyo on the day before creation.

        `extra_days`: how many days earlier the shop wants this kind of change.
        """
        return datetime.combine(creation_on - timedelta(days=1 + extra_days), time(23, 59, 59), TOKYO)

    def is_in_time(self, now: datetime, creation_on: date, extra_days: int = 0) -> bool:
        """Return whether the deadline has not passed at `now`, an instant with any zone.

        The day decides, not the second: 23:59:59.9 is still the day before.
        """
        return tokyo_date(now) < creation_on - timedelta(days=extra_days)


def earliest_delivery(timing: Timing, today: date) -> date:
    """Return the first delivery date that can be chosen: today + creation days + lead.

    Its ship date is at least the creation days away, whichever date they are counted back from. Closed days would make
    the ship date earlier, so the delivery date is put off until the ship date is an open day.
    """
    ready = today + timedelta(days=timing.creation_days)
    if timing.dateless_days is None:
        return timing.delivery_on(timing.calendar.open_on_or_after(ready))
    return timing.delivery_on(timing.calendar.business_on_or_after(ready))
