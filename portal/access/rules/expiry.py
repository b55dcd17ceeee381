"""Rule of how long an order's page stays open. Days are days in Tokyo."""

from datetime import date, timedelta

from portal.values.states import OrderStatus

AFTER_SHIPPING = frozenset({OrderStatus.SHIPPED, OrderStatus.RETURN_PENDING, OrderStatus.RETURNED})


def access_until(
    access_days: int | None,
    *,
    status: OrderStatus,
    last_shipped_on: date | None,
    canceled_on: date | None,
    subscription_alive: bool = False,
) -> date | None:
    """Return the last day on which the page opens, or None if there is no end (yet).

    The days count from the last parcel's ship date, for a canceled order from the cancellation. An order that is not
    (wholly) shipped stays open, and so does any order of a subscription that is alive: nobody may be shut out of
    canceling. A shipped order without a known ship date has no day to count from and stays open as well.
    """
    if access_days is None or subscription_alive:
        return None
    if status == OrderStatus.CANCELED:
        counted_from = canceled_on
    else:
        counted_from = last_shipped_on if status in AFTER_SHIPPING else None
    return None if counted_from is None else counted_from + timedelta(days=access_days)


def is_open(until: date | None, today: date) -> bool:
    return until is None or today <= until
