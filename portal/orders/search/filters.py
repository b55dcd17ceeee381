"""Filters of the list of orders, beside the typed search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_

from portal.models import Order
from portal.models.order import DECIDED_PAYMENT, NEEDS_ATTENTION, NOT_SHIPPED
from portal.values.dates import ends, starts
from portal.values.states import OrderStatus

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Payment:
    """A payment class as a filter: the words of the shop's orders that mean it, and what staff decided for an order."""

    words: Sequence[str] = ()
    decided: str = ""
    """PaymentClass, empty to go by the words alone, whatever staff decided."""


@dataclass(frozen=True)
class Filters:
    statuses: frozenset[OrderStatus] = frozenset()
    """Statuses to show, empty for any."""
    since: date | None = None
    until: date | None = None
    """Last day; both days are days in Tokyo and included."""
    payment: Mapping[UUID, Payment] = field(default_factory=dict)
    """Payment per shop, empty for any."""
    attention: bool = False

    @property
    def since_instant(self) -> datetime | None:
        return starts(self.since) if self.since else None

    @property
    def until_instant(self) -> datetime | None:
        """Return the first instant after the last day."""
        return ends(self.until) if self.until else None

    @property
    def are_of_the_order(self) -> bool:
        """Return whether there is a filter besides the days of the order."""
        return bool(self.statuses or self.payment or self.attention)

    def branches(self, shop_id: UUID) -> list[list[Condition]]:
        """Return the conditions of each branch: together they match every order once, each in the order of one index.

        Such an index ends in (…, ordered_at, id).
        """
        if self.attention:
            return [[NEEDS_ATTENTION, *self._of_status(), *self._paid(shop_id)]]
        if self.statuses and OrderStatus.SHIPPED not in self.statuses:
            each = [[Order.status == status, NOT_SHIPPED] for status in sorted(self.statuses)]
            return [[*branch, *self._paid(shop_id)] for branch in each]
        if self.payment:
            return [[*branch, *self._of_status()] for branch in self._payment_branches(shop_id)]
        return [self._of_status()]

    def conditions(self, shop_id: UUID) -> list[Condition]:
        """Return the same conditions in one piece, for orders found by other means."""
        attention = [NEEDS_ATTENTION] if self.attention else []
        return [Order.shop_id == shop_id, *attention, *self._of_status(), *self._paid(shop_id)]

    def _of_status(self) -> list[Condition]:
        return [Order.status.in_(sorted(self.statuses))] if self.statuses else []

    def _paid(self, shop_id: UUID) -> list[Condition]:
        return [or_(false(), *(and_(*way) for way in self._payment_branches(shop_id)))] if self.payment else []

    def _payment_branches(self, shop_id: UUID) -> list[list[Condition]]:
        payment = self.payment.get(shop_id, Payment())
        if not payment.decided:
            return [[Order.payment_method == words] for words in payment.words]
        read = [[Order.payment_method == words, Order.payment_class == ""] for words in payment.words]
        return [*read, [Order.payment_class == payment.decided, DECIDED_PAYMENT]]
