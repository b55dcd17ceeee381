"""解約の受付書: proof that a subscription was canceled, or that its buyer asked for it, and when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portal.receipts.documents.parts import Issuer, Party, Stored, Strict

Cause = Literal["", "commitment", "not_allowed", "too_late", "unproved"]


@dataclass(frozen=True)
class Item(Strict):
    name: str
    quantity: int


@dataclass(frozen=True)
class ComingOrder(Strict):
    """An order already made that has not arrived: canceling the subscription does not cancel it."""

    code: str
    total: int
    """Yen."""
    is_paid: bool
    delivery_on: date | None = None
    is_shipped: bool = False


@dataclass(frozen=True)
class Cancellation(Stored):
    """Consequences of a cancellation at one moment: previewed before, frozen when it is confirmed."""

    subscription_number: str
    cause: Cause
    """Reason why staff must decide on the request, empty if the cancellation takes effect at once."""
    items: tuple[Item, ...]
    is_proved: bool = True
    """False if nobody has proved with the e-mailed code that the buyer is the one asking."""
    coming: tuple[ComingOrder, ...] = ()
    next_delivery_on: date | None = None
    """Next delivery day whose order is not made yet, None while nothing is to be delivered."""
    deadline: date | None = None
    """Last day, until 23:59, on which a cancellation still stops that delivery."""
    commitment_count: int = 0
    """Number of orders the buyer is bound to, 0 if none."""
    commitment_to_go: int = 0
    to_pay: int = 0
    """Yen of the orders left in the commitment, points not taken off."""
    possible_from: date | None = None
    """First day on which it would take effect at once, None if it does so today or no day is known."""

    @property
    def takes_effect(self) -> bool:
        return self.cause == ""

    @property
    def commitment_done(self) -> int:
        return self.commitment_count - self.commitment_to_go

    @property
    def unpaid(self) -> int:
        """Return the yen to be paid for the orders still to come."""
        return sum(order.total for order in self.coming if not order.is_paid)


@dataclass(frozen=True)
class CancellationDocument(Stored):
    number: str
    """Number of the request (受付番号)."""
    received_at: datetime
    cancellation: Cancellation
    buyer: Party
    issuer: Issuer
