"""The staff's pages of receipts, exports and the audit, a part of the staff's tour."""

from collections.abc import Iterator
from uuid import UUID

from playwright.sync_api import expect
from sqlalchemy import select

from portal.models import Receipt, Rendition
from tests.browser.phone import PATIENCE
from tests.browser.tours.desk import Desk
from tests.browser.tours.staff_stage import DEAR, LONG_CODE
from tests.browser.tours.tour import LONG_NAME


def receipt_pages(tour: Desk) -> Iterator[str]:
    for order_code in tour.some(("A-10234", "R-UNKNOWN", "L-60", "S-NEW", LONG_CODE), 2):
        sheet(tour, order_code)
        yield f"custom receipts of {order_code}"
    sheet(tour, "P-1")
    in_parts(tour, 3)
    yield "custom receipts, three parts"
    tour.page.locator("#parts-0-amount").fill("x")
    tour.page.locator("#parts-1-addressee").fill("お茶😀")
    issue(tour)
    yield "custom receipts, refused"
    if tour.whole:
        sheet(tour, "P-1")
        in_parts(tour, 50)
        yield "custom receipts, fifty parts"
    sheet(tour, "P-1")
    tour.page.locator("#parts-0-amount").fill(str(DEAR + 1))
    expect(tour.page.locator(".only-over")).to_be_visible(timeout=PATIENCE)
    yield "custom receipts, more than was paid"
    sheet(tour, "P-1")
    in_parts(tour, 3)
    tour.page.locator("#parts-1-addressee").fill(LONG_NAME)
    issue(tour)
    papers_are_there(tour, "P-1", 3)
    yield "receipts issued"
    yield from one_receipt(tour)


def sheet(tour: Desk, order_code: str) -> None:
    tour.open(tour.order_path(order_code, "/receipts/new"))


def in_parts(tour: Desk, count: int) -> None:
    tour.page.locator("#equal").fill(str(count))
    tour.page.locator("#do-equal").click()
    expect(tour.page.locator("[data-part]")).to_have_count(count, timeout=PATIENCE)


def issue(tour: Desk) -> None:
    with tour.page.expect_navigation():
        tour.page.locator("#plan button[formaction]").click()


def papers_are_there(tour: Desk, order_code: str, count: int) -> None:
    tour.desk.site.print_receipts(tour.stage.orders[order_code])
    expect(tour.page.locator("#issued a[type='application/pdf']")).to_have_count(count, timeout=PATIENCE)


def one_receipt(tour: Desk) -> Iterator[str]:
    tour.open(f"/receipts/{issued(tour, 'P-2')}")
    tour.page.locator("#returns summary").click()
    yield "receipt"
    tour.send("/returns", **{"refunds-0-amount": "99999999", "returned-content": "茶釜のご返品"})
    yield "receipt, return invoice refused"
    tour.send("/returns", **{"refunds-0-amount": "20000", "returned-content": "茶釜のご返品"})
    yield "receipt with a return invoice"
    receipt_id = issued(tour, "P-3")
    tour.open(tour.order_path("P-3", f"/receipts/new?replaces={receipt_id}"))
    yield "custom receipts in place of another"
    mine = select(Receipt.rendition_id).where(Receipt.id == receipt_id).scalar_subquery()
    never = tour.desk.site.clock().replace(year=2028)
    tour.change(Rendition, Rendition.id == mine, stored_at=None, next_try_at=never)
    path = f"/receipts/{receipt_id}"
    tour.open(f"{path}/issued")
    yield "receipts issued, being made"
    tour.open(f"{path}/file")
    tour.stay()
    yield "receipt, being made"
    tour.desk.open("about:blank")
    tour.open(path)
    tour.send("/void", reason="")
    yield "receipt, no reason"
    tour.send("/void", reason="宛名を間違えたため")
    yield "receipt, void"
    tour.open(tour.order_path("P-3"))
    yield "order with a void receipt"


def issued(tour: Desk, order_code: str) -> UUID:
    """Issue a receipt of the whole order, wait for its PDF and return the receipt's id."""
    sheet(tour, order_code)
    issue(tour)
    papers_are_there(tour, order_code, 1)
    with tour.desk.site.session() as session:
        return session.scalars(select(Receipt.id).filter_by(order_id=tour.stage.orders[order_code])).one()


def ledger_pages(tour: Desk) -> Iterator[str]:
    for name, query in (
        ("ledger", ""),
        ("ledger, searched", "?since=2026-11-01&at_least=1000&counterparty=山田"),
        ("ledger, no hit", "?at_least=999999999"),
        ("ledger, unreadable", "?at_least=x&number=y"),
    ):
        tour.open(f"/receipts{query}")
        yield name
    tour.open("/papers")
    yield "papers as given"
    tour.open("/papers?counterparty=髙橋&kind=statement")
    yield "papers as given, no hit"
    tour.open("/exports")
    yield "exports"
    for state in ("writing", "done", "failed"):
        tour.open(f"/exports/{tour.stage.ids[f'export {state}']}")
        yield f"export, {state}"
    tour.open("/audit")
    yield "audit"
    tour.open("/audit?order_code=A-10234&since=2026-11-01")
    yield "audit, searched"
