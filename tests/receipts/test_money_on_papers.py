"""What all papers of an order come to, whatever was sold, taken off, paid and given back, and whoever wrote at once."""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Order, Receipt, ReturnInvoice, Shop
from portal.payments.movements import Entry, enter
from portal.payments.rules.balance import Kind
from portal.receipts import ledger
from portal.receipts.custom_issuing import Issued, Seen, last_number
from portal.receipts.drafting import amounts_of, receiptable
from portal.receipts.return_invoices import Refund, issue_return, returnable
from portal.receipts.voiding import void
from portal.values.money import allocate
from portal.values.tax import rate_totals
from tests.cast import Cast
from tests.conftest import Clock
from tests.receipts.test_custom_issuing import SUZUKI, buyer_presses, issued, part, press

TODAY = date(2026, 11, 21)


@dataclass
class Sale:
    """An order of random goods and all that is done about its money."""

    session: Session
    shop: Shop
    order: Order
    clock: Clock
    dice: random.Random

    @classmethod
    def of(cls, cast: Cast, clock: Clock, seed: int) -> "Sale":
        dice = random.Random(seed)
        shop = cast.shop(
            points_mode=dice.choice(["discount", "means"]), rounding=dice.choice(["down", "half_up", "up"])
        )
        lines = [
            {"name": f"品{n}", "quantity": 1, "unit_price": price, "amount": price, "tax_rate": dice.choice([8, 10])}
            for n in range(dice.randint(1, 4))
            if (price := dice.randint(5_000, 60_000))
        ]
        taken = {
            name: dice.choice([0, 0, dice.randint(1, 900)])
            for name in ("discount", "coupon", "mall_coupon", "points_used")
        }
        fees = {"shipping_fee": dice.choice([0, 550]), "payment_fee": dice.choice([0, 330])}
        total = sum(line["amount"] for line in lines) + sum(fees.values()) - sum(taken.values())
        money = {**taken, **fees, "fee_rate": 10, "total": total, "payment_method": "銀行振込", "payment_state": "paid"}
        order = cast.order(shop, lines=lines, **money)
        cast.shipment(order, shipped_on=date(2026, 11, 20))
        cast.session.commit()
        return cls(cast.session, shop, order, clock, dice)

    def refund(self, most: Mapping[int, int]) -> dict[int, int]:
        """Give a random part of what stands at each rate back, and return it per rate."""
        rates = {rate: self.dice.randint(0, left // 2) for rate, left in most.items() if left > 0}
        rates = {rate: yen for rate, yen in rates.items() if yen}
        if rates:
            entry = Entry(Kind.REFUND, TODAY, sum(rates.values()), rates, "銀行振込")
            enter(self.session, self.order, entry, entry_key=uuid4(), actor=SUZUKI, now=self.clock())
            self.session.commit()
        return rates

    def take_receipts(self) -> list[Receipt]:
        """Let the buyer take the receipt, or staff split it into parts."""
        if self.dice.random() < 0.5:
            receipt = buyer_presses(self.session, self.shop, self.order, self.clock)
            assert isinstance(receipt, Receipt)
            self.session.commit()
            return [receipt]
        whole = receiptable(self.order)
        cuts = sorted(self.dice.sample(range(1, whole), self.dice.randint(0, 3)))
        amounts = [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True)]
        parts = list(issued(self.session, self.shop, self.order, self.clock, [part(yen) for yen in amounts]).receipts)
        self.session.commit()
        return parts

    def give_invoice(self, receipt: Receipt, rates: dict[int, int]) -> None:
        invoice = issue_return(
            self.session,
            shop=self.shop,
            order=self.order,
            receipt=receipt,
            refund=Refund(rates, TODAY, "ご返品"),
            issue_key=uuid4(),
            actor=SUZUKI,
            now=self.clock(),
        )
        assert isinstance(invoice, ReturnInvoice), invoice
        self.session.commit()


def per_rate(*papers: Mapping[str, object]) -> dict[int, int]:
    return rate_totals((row["rate"], row["total"]) for paper in papers for row in paper["rates"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(20))
def test_receipts_less_return_invoices_are_what_was_received_less_what_was_given_back(
    cast: Cast, clock: Clock, seed: int
) -> None:
    sale = Sale.of(cast, clock, seed)
    settled = amounts_of(sale.shop, sale.order).settlement
    assert settled is not None
    assert settled.to_pay == sale.order.total
    before = sale.refund(settled.bases) if sale.dice.random() < 0.5 else {}
    receipts = sale.take_receipts()
    assert sum(one.amount for one in receipts) == sale.order.total - sum(before.values())
    after: dict[int, int] = {}
    for receipt in receipts:
        left = returnable(receipt, [])
        rates = sale.refund({rate: min(yen, receipt.amount // 2) for rate, yen in left.items()})
        if rates:
            sale.give_invoice(receipt, rates)
            after = rate_totals([*after.items(), *rates.items()])
    invoices = sale.session.scalars(select(ReturnInvoice)).all()
    live = ledger.live_receipts(sale.session, sale.order.id)
    on_papers = rate_totals(
        [
            *per_rate(*(one.snapshot for one in live)).items(),
            *((rate, -yen) for rate, yen in per_rate(*(one.snapshot for one in invoices)).items()),
        ]
    )
    kept = rate_totals(
        [*settled.bases.items(), *((rate, -yen) for back in (before, after) for rate, yen in back.items())]
    )
    assert {rate: yen for rate, yen in on_papers.items() if yen} == {rate: yen for rate, yen in kept.items() if yen}
    face = sum(one.amount for one in live) - sum(one.amount for one in invoices)
    assert face == sale.order.total - sale.order.refunded


@pytest.mark.parametrize("seed", range(3))
def test_fifty_writers_leave_no_gap_and_nothing_above_what_was_received(
    app: Flask, session: Session, cast: Cast, clock: Clock, seed: int
) -> None:
    """Buyers press, staff split, void and give back, all at once on three orders of a shop."""
    sales = [Sale.of(cast, clock, seed * 10 + n) for n in range(1)]
    shop_id = sales[0].shop.id
    others = [cast.order(sales[0].shop, f"B-{n}", payment_method="銀行振込", payment_state="paid") for n in range(2)]
    for order in others:
        cast.shipment(order)
    session.commit()
    order_ids = [sales[0].order.id, *(order.id for order in others)]
    start = Barrier(50)

    def write(n: int) -> str:
        dice = random.Random(seed * 100 + n)
        start.wait()
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own, own.begin():
            shop, order = own.get_one(Shop, shop_id), own.get_one(Order, dice.choice(order_ids))
            match dice.randrange(4):
                case 0:
                    return type(buyer_presses(own, shop, order, clock)).__name__
                case 1:
                    ledger.lock_order(own, order.id)
                    parts = [part(yen) for yen in allocate(order.total, [1, 2]) if yen > 0]
                    mine = ledger.buyers_own(ledger.live_receipts(own, order.id))
                    seen = Seen(order.version, last_number(own, order), mine.id if mine else None)
                    outcome = press(own, shop, order, clock, parts, seen=seen)
                    return "split" if isinstance(outcome, Issued) else str(outcome)
                case 2:
                    ledger.lock_order(own, order.id)
                    live = ledger.live_receipts(own, order.id)
                    return str(void(own, live[0], reason="誤り", actor=SUZUKI, now=clock())) if live else "none"
                case _:
                    ledger.lock_order(own, order.id)
                    own.refresh(order)
                    entry = Entry(Kind.REFUND, TODAY, 100, {10: 100}, "銀行振込")
                    return type(enter(own, order, entry, entry_key=uuid4(), actor=SUZUKI, now=clock())).__name__

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(write, range(50)))
    assert {"Receipt", "split"} & set(outcomes), outcomes
    session.rollback()
    numbers = session.scalars(select(Receipt.number).where(Receipt.shop_id == shop_id).order_by(Receipt.number)).all()
    assert numbers == list(range(1, len(numbers) + 1))
    for order_id in order_ids:
        order = session.get_one(Order, order_id)
        originals = [one for one in ledger.live_receipts(session, order_id) if one.original_id is None]
        assert sum(one.amount for one in originals) <= order.total
        assert len({one.issued_by for one in originals}) <= 1, "the buyer's and staff's never stand side by side"
