"""商品ごとの税率: the shop's product → rate table. The caller commits and nudges `fill_rates`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import ProductTaxRate, Shop
from portal.orders.turns import lock_shop

CHANGED = "shop.product_rates_changed"
PAGE = 50


class StaleRateError(Exception):
    """Somebody else has changed the rate since it was shown; nothing was done."""


@dataclass(frozen=True)
class Page:
    rates: list[ProductTaxRate]
    total: int
    number: int
    """Number of the page, from 1."""

    @property
    def has_more(self) -> bool:
        return self.number * PAGE < self.total


def find(session: Session, shop: Shop, words: str, number: int = 1) -> Page:
    """Return a page of the products whose code contains `words`, sorted by code."""
    mine = select(ProductTaxRate).where(ProductTaxRate.shop_id == shop.id)
    if words:
        mine = mine.where(ProductTaxRate.product_code.icontains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    rows = mine.order_by(ProductTaxRate.product_code).limit(PAGE).offset((number - 1) * PAGE)
    return Page(list(session.scalars(rows)), total, number)


def put_rates(session: Session, shop: Shop, rates: Mapping[str, int], *, actor: str, now: datetime) -> int:
    """Add and change rates; products that are not named stay. Return how many are new or changed."""
    lock_shop(session, shop.id)
    codes = list(rates)
    known: dict[str, ProductTaxRate] = {}
    for start in range(0, len(codes), 500):
        some = select(ProductTaxRate).where(
            ProductTaxRate.shop_id == shop.id, ProductTaxRate.product_code.in_(codes[start : start + 500])
        )
        known |= {row.product_code: row for row in session.scalars(some.execution_options(populate_existing=True))}
    before: dict[str, int | None] = {}
    for code, rate in rates.items():
        row = known.get(code)
        if row is None:
            before[code] = None
            session.add(ProductTaxRate(shop_id=shop.id, product_code=code, rate=rate))
        elif row.rate != rate:
            before[code], row.rate = row.rate, rate
    _record(session, shop, before, rates, actor=actor, now=now)
    return len(before)


def change_rate(
    session: Session, shop: Shop, row: ProductTaxRate, rate: int | None, *, shown: int, actor: str, now: datetime
) -> None:
    """Change a product's rate, or remove the product if `rate` is None.

    Raise StaleRateError if the rate is no longer the one that was `shown`.
    """
    lock_shop(session, shop.id)
    known = session.scalar(
        select(ProductTaxRate).where(ProductTaxRate.id == row.id).execution_options(populate_existing=True)
    )
    if known is None or known.rate == rate:
        return
    if known.rate != shown:
        raise StaleRateError
    before: dict[str, int | None] = {known.product_code: known.rate}
    if rate is None:
        session.delete(known)
    else:
        known.rate = rate
    _record(session, shop, before, {known.product_code: rate}, actor=actor, now=now)


def _record(
    session: Session,
    shop: Shop,
    before: Mapping[str, int | None],
    after: Mapping[str, int | None],
    *,
    actor: str,
    now: datetime,
) -> None:
    if not before:
        return
    shop.rates_said_at = now
    session.flush()
    audit.record(
        session,
        shop_id=shop.id,
        actor=actor,
        action=CHANGED,
        subject=("shop", shop.id),
        now=now,
        changes={"product_rates": (_lines(before), _lines({code: after[code] for code in before}))},
    )


def _lines(rates: Mapping[str, int | None]) -> str:
    return "\n".join(f"{code},{'' if rate is None else rate}" for code, rate in sorted(rates.items()))
