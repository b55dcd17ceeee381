"""Rows → the facts that the rules ask for."""

from collections.abc import Iterable, Sequence

from portal.models import Order, Receipt, Shop
from portal.orders.amounts import AmountProblem
from portal.orders.page import OrderPage
from portal.payments.methods import PaymentState
from portal.receipts import ledger
from portal.receipts.drafting import amounts_of, payment_class
from portal.receipts.rules import ReceiptFacts


def facts_of(shop: Shop, order: Order, receipts: Sequence[Receipt]) -> ReceiptFacts:
    """`receipts` are the order's live ones (`ledger.live_receipts`)."""
    return _facts(
        shop,
        order,
        shipments=(parcel.status for parcel in order.shipments),
        amount=order.total,
        rates_known=amounts_of(shop, order).problem is not AmountProblem.RATES_UNKNOWN,
        staffs=len(ledger.staffs(receipts)),
        own=ledger.buyers_own(receipts) is not None,
    )


def facts_of_page(shop: Shop, page: OrderPage, *, staffs: int, own: bool) -> ReceiptFacts:
    """From what the order page has loaded anyway."""
    needed = [line.tax_rate for line in page.lines] + [page.charges.fee_rate] * bool(page.charges.fees)
    return _facts(
        shop,
        page,
        shipments=(parcel.status for parcel in page.parcels),
        amount=page.charges.total,
        rates_known=None not in needed,
        staffs=staffs,
        own=own,
    )


def _facts(
    shop: Shop,
    order: Order | OrderPage,
    *,
    shipments: Iterable[str],
    amount: int,
    rates_known: bool,
    staffs: int,
    own: bool,
) -> ReceiptFacts:
    return ReceiptFacts(
        allowed=shop.receipts_allowed,
        order_state=order.status,
        shipments=tuple(shipments),
        amount=amount,
        payment_class=payment_class(shop, order.payment_method),
        payment_state=PaymentState(order.payment_state),
        is_rakuten=shop.platform == "rakuten",
        rakuten_allowed=shop.marketplace_receipts,
        staff_receipts_live=staffs,
        rates_known=rates_known,
        already_issued=own,
    )
