"""What one order of a subscription contains and costs. Pure; integer yen, tax included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.subscriptions.schedule.cycles import Cycle


@dataclass(frozen=True)
class PlanItem:
    product_code: str
    name: str
    quantity: int
    first_price: int
    """Unit price in cycle number 1."""
    later_price: int
    tax_rate: int | None
    remaining: int | None
    """Deliveries that still contain it; None: all."""
    bundled_gift: bool
    commitment_count: int
    cycles: tuple[Cycle, ...] = ()
    """Its own rule after cycle number 1, 2, …; the last one goes on."""

    @property
    def is_left(self) -> bool:
        return self.remaining is None or self.remaining > 0

    def counted_down(self) -> "PlanItem":
        return self if self.remaining is None else replace(self, remaining=max(0, self.remaining - 1))


@dataclass(frozen=True)
class Fees:
    shipping: int
    cool: int
    payment: int
    coupon: int
    """Off every order."""
    free_shipping: bool
    shipping_off: int
    """The shop's perk: off the shipping fee, which is never below 0."""

    @property
    def shipping_charged(self) -> int:
        return 0 if self.free_shipping else max(0, self.shipping - self.shipping_off)


@dataclass(frozen=True)
class Points:
    use: str
    """none, next, always or all."""
    each: int
    """Of next and always."""
    balance: int
    expire_on: date | None
    """Last day on which they are worth something."""
    member: bool

    def usable(self, payable: int, made_on: date) -> int:
        """Points that an order of `payable` yen, made on that day, is paid with.

        A balance below what was asked for pays nothing: the order is made at its full price.
        """
        if not self.member or (self.expire_on is not None and self.expire_on < made_on):
            return 0
        asked = {"next": self.each, "always": self.each, "all": self.balance}.get(self.use, 0)
        return max(0, min(asked, payable)) if asked <= self.balance else 0

    def after(self, used: int) -> "Points":
        """What is left after an order; `next` is over even if it paid nothing."""
        if self.use == "none":
            return self
        return replace(self, use="none" if self.use == "next" else self.use, balance=self.balance - used)


@dataclass(frozen=True)
class DeliveryItem:
    name: str
    product_code: str
    quantity: int
    unit_price: int
    tax_rate: int | None
    gift: bool


@dataclass(frozen=True)
class Charge:
    items: tuple[DeliveryItem, ...] = ()
    subtotal: int = 0
    shipping: int = 0
    cool: int = 0
    payment_fee: int = 0
    coupon: int = 0
    """What it takes off: never more than there is to pay."""
    points_used: int = 0
    total: int = 0


NO_CHARGE = Charge()
"""A skipped delivery."""


def charge(items: Sequence[PlanItem], fees: Fees, points: Points, cycle_number: int, made_on: date) -> Charge:
    """The order of that number, made on that day. The coupon and then the points stop at a total of 0.

    Lines below 0 (a cart's discount as an item) are added as they are; the total is not below 0 for them either.
    """
    lines = tuple(
        DeliveryItem(
            name=item.name,
            product_code=item.product_code,
            quantity=item.quantity,
            unit_price=item.first_price if cycle_number == 1 else item.later_price,
            tax_rate=item.tax_rate,
            gift=item.bundled_gift,
        )
        for item in items
        if item.is_left
    )
    subtotal = sum(line.quantity * line.unit_price for line in lines)
    gross = subtotal + fees.shipping_charged + fees.cool + fees.payment
    coupon = max(0, min(fees.coupon, gross))
    used = points.usable(gross - coupon, made_on)
    return Charge(
        items=lines,
        subtotal=subtotal,
        shipping=fees.shipping_charged,
        cool=fees.cool,
        payment_fee=fees.payment,
        coupon=coupon,
        points_used=used,
        total=max(0, gross - coupon - used),
    )


def is_used_up(items: Sequence[PlanItem]) -> bool:
    """No delivery is left in any item; a bundled gift alone keeps no subscription going."""
    return not any(item.is_left for item in items if not item.bundled_gift)
