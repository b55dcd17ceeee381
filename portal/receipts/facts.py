"""Facts for the rules, taken from rows."""

from collections.abc import Sequence

from portal.models import Order, OrderLine, Receipt, Shipment, Shop
from portal.orders.attention import CAPTURE_REFUSED
from portal.orders.page import Line, OrderPage, Parcel
from portal.orders.rates import charges_of
from portal.orders.rules import state_words
from portal.orders.rules.amounts import Charges, rates_known
from portal.payments.reading import class_of, state_of
from portal.payments.rules.balance import given_back
from portal.receipts import ledger
from portal.receipts.ledger import Entry
from portal.receipts.rules import givers
from portal.receipts.rules.givers import MALLS
from portal.receipts.rules.permissions import ReceiptFacts


def facts_of(shop: Shop, order: Order, receipts: Sequence[Receipt]) -> ReceiptFacts:
    """Collect the facts from rows. `receipts`: the order's live ones (`ledger.live_receipts`)."""
    return _facts(shop, order, order.shipments, order.lines, charges_of(order), receipts)


def facts_of_page(shop: Shop, page: OrderPage, receipts: Sequence[Entry]) -> ReceiptFacts:
    """Collect the facts from what the order page has already loaded."""
    return _facts(shop, page, page.parcels, page.lines, page.charges, receipts)


def _facts(
    shop: Shop,
    order: Order | OrderPage,
    shipments: Sequence[Shipment | Parcel],
    lines: Sequence[OrderLine | Line],
    charges: Charges,
    receipts: Sequence[Entry],
) -> ReceiptFacts:
    payment_class = class_of(shop, order)
    back = given_back(charges.total, order.received, order.refunded)
    return ReceiptFacts(
        allowed=shop.receipts_allowed,
        order_state=order.status,
        shipments=tuple(parcel.status for parcel in shipments),
        amount=charges.total - back,
        payment_class=payment_class,
        payment_state=state_of(shop, order),
        refunded=back,
        refunds_known=sum(order.refunded_rates.values()) == back,
        capture_refused=order.needs_attention == CAPTURE_REFUSED,
        answer=givers.answer(order.payment_method, payment_class, shop.receipt_answers),
        mall=None if shop.marketplace_receipts else MALLS.get(shop.platform),
        staff_receipts_live=len(ledger.staffs(receipts)),
        state_clear=state_words.is_clear(order.status_words, shop.status_words),
        rates_known=rates_known((line.tax_rate for line in lines), charges),
        already_issued=ledger.buyers_own(receipts) is not None,
    )
