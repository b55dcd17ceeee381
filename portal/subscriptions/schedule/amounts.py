"""What one order of a subscription contains and costs, in integer yen with tax included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.subscriptions.schedule.cycles import Cycle
from portal.values.tax import price_then, rate_then


@dataclass(frozen=True)
class PlanItem:
    product_code: str
    name: str
    quantity: int
    first_price: int
    """Unit price in the order with cycle number 1."""
    later_price: int
    tax_rate: int | None
    remaining: int | None
    """Number of deliveries that still contain it; None for all."""
    bundled_gift: bool
    commitment_count: int
    cycles: tuple[Cycle, ...] = ()
    """The item's own cycle after cycle number 1, 2, …; the last one repeats."""

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
    """Yen off every order."""
    free_shipping: bool
    shipping_off: int
    """Yen off the shipping fee by the shop's perk; the fee never falls below 0."""

    @property
    def shipping_charged(self) -> int:
        return 0 if self.free_shipping else max(0, self.shipping - self.shipping_off)


@dataclass(frozen=True)
class Points:
    use: str
    """Use of points: none, next, always or all."""
    each: int
    """Points per order, for the uses next and always."""
    balance: int
    expire_on: date | None
    """Last day on which the points are valid; None if they do not expire."""
    member: bool

    def usable(self, payable: int, made_on: date) -> int:
        """Return the points that an order of `payable` yen made on `made_on` is paid with.

        Return 0 if the balance is less than what was asked for: the order is then made at its full price.
        """
        if not self.member or (self.expire_on is not None and self.expire_on < made_on):
            return 0
        asked = {"next": self.each, "always": self.each, "all": self.balance}.get(self.use, 0)
        return max(0, min(asked, payable)) if asked <= self.balance else 0

    def after(self, used: int) -> "Points":
        """Return the points settings after an order that used `used` points; `next` ends even if it paid nothing."""
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
    """Yen that the coupon really takes off, at most the amount to pay."""
    points_used: int = 0
    total: int = 0


NO_CHARGE = Charge()
"""Charge of a skipped delivery."""


def charge(
    items: Sequence[PlanItem],
    fees: Fees,
    points: Points,
    cycle_number: int,
    made_on: date,
    *,
    ship_on: date,
    keeps_net: bool = False,
) -> Charge:
    """Return the contents and cost of the order with that cycle number, made on `made_on`.

    The rates are those of the ship date. `keeps_net`: a price follows a change of its rate, because it is kept without
    tax; else the buyer goes on paying the same.
    The coupon is taken off first, then the points, both only down to a total of 0. Items with a negative price (a
    cart's discount as an item) are added as they are, but the total does not fall below 0 because of them either.
    """
    lines = tuple(_line(item, cycle_number, ship_on, keeps_net) for item in items if item.is_left)
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


def _line(item: PlanItem, cycle_number: int, ship_on: date, keeps_net: bool) -> DeliveryItem:
    price = item.first_price if cycle_number == 1 else item.later_price
    rate = None if item.tax_rate is None else rate_then(item.tax_rate, ship_on)
    if keeps_net and rate is not None and item.tax_rate is not None:
        price = price_then(price, item.tax_rate, rate)
    return DeliveryItem(item.name, item.product_code, item.quantity, price, rate, gift=item.bundled_gift)


def is_used_up(items: Sequence[PlanItem]) -> bool:
    """Return whether no item has a delivery left. Bundled gifts do not count: they alone keep no subscription going."""
    return not any(item.is_left for item in items if not item.bundled_gift)
