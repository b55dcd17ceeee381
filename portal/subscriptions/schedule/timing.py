"""From the delivery date to the ship date, the creation date and the buyer's deadline. Pure, no clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from portal.subscriptions.schedule.working_days import Calendar
from portal.values.dates import TOKYO, tokyo_date


@dataclass(frozen=True)
class Timing:
    """What the shop, the prefecture and the delivery method say about one subscription."""

    lead_days: int
    """The shop's minimum."""
    transit_days: int
    """Of the prefecture it goes to."""
    creation_days: int
    creation_base: Literal["ship", "delivery"]
    dateless_days: int | None
    """Business days from ship to delivery of a delivery method without a date; None: the method has dates."""
    calendar: Calendar

    @property
    def lead(self) -> timedelta:
        """Calendar days between ship and delivery date, of a method with dates: the shop's minimum and the transit."""
        return timedelta(days=self.lead_days + self.transit_days)

    def ship_on(self, delivery_on: date) -> date:
        """Closed days move it earlier; the delivery date stays what was promised."""
        if self.dateless_days is None:
            return self.calendar.open_on_or_before(delivery_on - self.lead)
        # A delivery date that is no business day counts as the business day before.
        counted_from = self.calendar.business_on_or_before(delivery_on)
        return self.calendar.back_business_days(counted_from, self.dateless_days)

    def delivery_on(self, ship_on: date) -> date:
        """Undoes `ship_on` for a day on which the shop sends (without a date: for a business day)."""
        if self.dateless_days is None:
            return ship_on + self.lead
        return self.calendar.add_business_days(ship_on, self.dateless_days)

    def creation_on(self, delivery_on: date) -> date:
        """The day on which the order is made; it may be a closed day, as the machine makes it."""
        return self.creation_before(self.ship_on(delivery_on), delivery_on)

    def creation_before(self, ship_on: date, delivery_on: date) -> date:
        """As `creation_on`, where the ship date was set by hand."""
        base = ship_on if self.creation_base == "ship" else delivery_on
        return base - timedelta(days=self.creation_days)

    def deadline(self, creation_on: date, extra_days: int = 0) -> datetime:
        """Last second in which the buyer may change something: of the day before the creation date, in Tokyo.

        `extra_days`: how much earlier the shop wants this kind of change.
        """
        return datetime.combine(creation_on - timedelta(days=1 + extra_days), time(23, 59, 59), TOKYO)

    def is_in_time(self, now: datetime, creation_on: date, extra_days: int = 0) -> bool:
        """`now` is aware, of any zone. The day counts, not the second: 23:59:59.9 still is the day before."""
        return tokyo_date(now) < creation_on - timedelta(days=extra_days)


def earliest_delivery(timing: Timing, today: date) -> date:
    """First date that can be chosen: today + lead + creation days.

    Its ship date is at least the creation days away, whichever date these are counted back from; closed days, which
    move a ship date earlier, put it off until that is so.
    """
    ready = today + timedelta(days=timing.creation_days)
    if timing.dateless_days is None:
        return timing.delivery_on(timing.calendar.open_on_or_after(ready))
    return timing.delivery_on(timing.calendar.business_on_or_after(ready))
