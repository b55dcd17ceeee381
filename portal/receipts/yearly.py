"""年間購入明細書: the year's purchases of a buyer in one shop, for who keeps household or business accounts."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.models import Order, Rendition, Shop
from portal.ports import DocumentStore
from portal.receipts import renditions
from portal.receipts.documents import RateTotal, YearlyDocument, YearOrder
from portal.receipts.drafting import issuer, receiptable, settlement_of
from portal.values.dates import ends, starts, tokyo_date
from portal.values.states import OrderStatus
from portal.values.tax import is_reduced

KIND = "yearly"
KEPT = timedelta(days=7)
"""Time after which the paper is deleted: it is made anew when it is asked for, and no law keeps it."""
UNBOUGHT = (OrderStatus.CANCELED, OrderStatus.RETURN_PENDING, OrderStatus.RETURNED)
"""Statuses of orders that are no purchases."""
MOST = 500
"""Most orders of a year on the paper."""


def years_of(orders: Iterable[tuple[datetime, str]]) -> Sequence[int]:
    """Return the years in which something was bought, newest first. `orders`: (time of the order, status)."""
    return sorted({tokyo_date(at).year for at, status in orders if status not in UNBOUGHT}, reverse=True)


def request_yearly(
    session: Session, shop: Shop, order: Order, email_keys: Collection[str], year: int, now: datetime
) -> Rendition | None:
    """Return the paper of the year, or None if nothing was bought in it.

    `order`: the one through which the buyer came. `email_keys`: the addresses whose orders are theirs.
    """
    bought = _bought(session, shop.id, email_keys, year)
    if not bought:
        return None
    document = draft_yearly(shop, bought, order.buyer_name, year, tokyo_date(now)).to_dict()
    return renditions.request(session, shop_id=shop.id, order_id=order.id, kind=KIND, document=document, now=now)


def draft_yearly(shop: Shop, orders: Sequence[Order], buyer_name: str, year: int, today: date) -> YearlyDocument:
    listed = tuple(
        YearOrder(one.code, tokyo_date(one.ordered_at), one.total, one.total - receiptable(one)) for one in orders
    )
    return YearlyDocument(
        year=year,
        issued_on=today,
        buyer_name=buyer_name,
        issuer=issuer(shop, registered=False),
        orders=listed,
        total=sum(one.total - one.refunded for one in listed),
        rates=_rates(shop, orders),
    )


def _rates(shop: Shop, orders: Sequence[Order]) -> tuple[RateTotal, ...]:
    totals: Counter[tuple[int, bool]] = Counter()
    for order in orders:
        settled = settlement_of(shop, order)
        # What points and malls paid stands in the bases: the sum of the rates would not be that of the orders.
        if settled is None or settled.points:
            return ()
        on = tokyo_date(order.ordered_at)
        totals.update({(rate, is_reduced(rate, on)): total for rate, total in settled.bases.items() if total})
    return tuple(RateTotal(rate, reduced, total) for (rate, reduced), total in sorted(totals.items()))


def _bought(session: Session, shop_id: UUID, email_keys: Collection[str], year: int) -> Sequence[Order]:
    theirs = select(Order).where(Order.shop_id == shop_id, Order.email_key.in_(email_keys), Order.email_key != "")
    in_year = theirs.where(Order.ordered_at >= starts(date(year, 1, 1)), Order.ordered_at < ends(date(year, 12, 31)))
    rows = in_year.where(Order.status.not_in(UNBOUGHT)).order_by(Order.ordered_at, Order.id).limit(MOST)
    return session.scalars(rows.options(selectinload(Order.lines))).all()


def forget(session: Session, store: DocumentStore, now: datetime, *, limit: int = 500) -> int:
    """Delete old papers and return how many."""
    old = select(Rendition).where(Rendition.kind == KIND, Rendition.requested_at < now - KEPT)
    papers = session.scalars(old.limit(limit)).all()
    for paper in papers:
        renditions.delete(session, paper, store)
    return len(papers)
