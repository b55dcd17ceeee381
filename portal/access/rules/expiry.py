"""How long an order's page stays open. Pure; days are days in Tokyo."""

from datetime import date, timedelta

from portal.values.states import OrderStatus

AFTER_SHIPPING = frozenset({OrderStatus.SHIPPED, OrderStatus.RETURN_PENDING, OrderStatus.RETURNED})


def access_until(
    access_days: int | None,
    *,
    status: OrderStatus,
    last_shipped_on: date | None,
    cancelled_on: date | None,
    subscription_alive: bool = False,
) -> date | None:
    """The last day on which the page opens; None: no end (yet).

    Counted from the last parcel's ship date, for a cancelled order from the cancellation. An order not (wholly)
    shipped stays open, and so does any order of a subscription that is still alive: nobody may be shut out of
    cancelling. A shipped order whose ship date nobody told has no day to count from and stays open as well.
    """
    if access_days is None or subscription_alive:
        return None
    if status == OrderStatus.CANCELLED:
        counted_from = cancelled_on
    else:
        counted_from = last_shipped_on if status in AFTER_SHIPPING else None
    return None if counted_from is None else counted_from + timedelta(days=access_days)


def is_open(until: date | None, today: date) -> bool:
    return until is None or today <= until
