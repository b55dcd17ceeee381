"""解約の受付書: proof that a subscription was cancelled, or that its buyer asked for it, and when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict

from portal.receipts.documents.parts import STRICT, Issuer, Party, Stored

Cause = Literal["", "commitment", "not_allowed", "too_late", "unproved"]


@dataclass(frozen=True)
class Item:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    quantity: int


@dataclass(frozen=True)
class ComingOrder:
    """Made already and not shipped: cancelling the subscription does not take it back."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    code: str
    total: int
    """Yen."""
    is_paid: bool
    delivery_on: date | None = None


@dataclass(frozen=True)
class Cancellation(Stored):
    """What cancelling comes to at one moment: shown before, frozen when it is confirmed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    subscription_number: str
    cause: Cause
    """Why it is written down for staff to answer; empty: it takes effect at once."""
    items: tuple[Item, ...]
    is_proved: bool = True
    """False: nobody has shown by the e-mailed code that it is the buyer who asks."""
    coming: tuple[ComingOrder, ...] = ()
    next_delivery_on: date | None = None
    """Whose order is not made yet; None while nothing is delivered."""
    deadline: date | None = None
    """Last day, to 23:59, on which a cancellation stops that delivery."""
    commitment_count: int = 0
    """Orders the buyer is bound to; 0: none."""
    commitment_to_go: int = 0
    to_pay: int = 0
    """Yen of the orders to go; points left out."""
    possible_from: date | None = None
    """First day on which it would take effect at once; None: it does now, or no day is known."""

    @property
    def takes_effect(self) -> bool:
        return self.cause == ""

    @property
    def commitment_done(self) -> int:
        return self.commitment_count - self.commitment_to_go

    @property
    def unpaid(self) -> int:
        """Yen of what still comes."""
        return sum(order.total for order in self.coming if not order.is_paid)


@dataclass(frozen=True)
class CancellationDocument(Stored):
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    number: str
    """受付番号."""
    received_at: datetime
    cancellation: Cancellation
    buyer: Party
    issuer: Issuer
