"""What an order file says of the subscription that an order begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from portal.importing.orders.line_names import line_name
from portal.importing.reading import cells, cycle_cells
from portal.importing.reading.cells import CellError
from portal.importing.reading.rows import Reading
from portal.models import Subscription
from portal.models.base import room

_CUSTOMER = partial(cells.digits, longest=room(Subscription, "customer_number"))


@dataclass(frozen=True, slots=True)
class Beginning:
    cycle: str
    """Text form of the cycle."""
    customer_number: str
    later_prices: Mapping[tuple[str, str], int]
    """(product code, name) → unit price from the second order on; without an entry it is that of the first order."""

    def __repr__(self) -> str:
        """Return the same text for the same content, because the order's digest contains it."""
        return f"{self.cycle} {self.customer_number} {sorted(self.later_prices.items())}"


def read_beginning(reading: Reading) -> Beginning | None:
    """Return the subscription that the order begins, or None if it begins none."""
    line, text = reading.common("cycle")
    if not text:
        return None
    try:
        cycle = str(cycle_cells.read(text))
    except CellError as error:
        reading.refuse(line, "cycle", error.reason)
        return None
    number_line, number = reading.common("customer_number")
    customer = reading.converted(number_line, "customer_number", number, _CUSTOMER) if number else ""
    prices = {}
    for row in reading.rows:
        price = reading.value(row, "later_price", cells.yen_in_all)
        if price is not None:
            prices[row.texts.get("product_code", ""), line_name(reading, row) or ""] = price
    return Beginning(cycle, customer or "", prices)
