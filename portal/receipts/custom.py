"""Drafts of the receipts that staff split an order into. Works on loaded rows only: no session, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.models import Order, Receipt, Shop
from portal.orders.rules.amounts import AmountProblem
from portal.receipts.documents import DocumentLine, ReceiptDocument
from portal.receipts.documents.receipt import Honorific, Language
from portal.receipts.documents.wording import WORDS
from portal.receipts.drafting import (
    Texts,
    amounts_of,
    document_lines,
    draft_receipt,
    issuer,
    most_receipted,
    product_lines,
    rate_rows,
    receiptable,
    settlement_of,
    untaxed_of,
)
from portal.receipts.rules.items import Item, Portion, portions, share_of
from portal.receipts.rules.permissions import number_on_receipt
from portal.receipts.rules.splitting import Share, left_of, shares
from portal.values.tax import Settlement, is_reduced


@dataclass(frozen=True)
class Part:
    """A receipt to be issued, as staff filled it in."""

    addressee: str
    """Addressee, blank for a receipt without one (宛名なし)."""
    honorific: Honorific
    proviso: str
    amount: int
    transaction_on: date
    note: str = ""
    language: Language = "ja"
    items: tuple[int, ...] = ()
    """Indexes into `items_of(order)` of the items that make up the amount, empty for an amount typed freely."""


@dataclass(frozen=True)
class Plan:
    drafts: tuple[ReceiptDocument, ...]
    shares: tuple[Share | None, ...]
    """Share of each draft per tax rate, None for a draft that states no rates and no registration number."""
    order_amount: int
    """Yen that all receipts may come to."""
    issued: int
    """Yen on the receipts by staff that already stand."""
    problem: AmountProblem | None

    @property
    def amount(self) -> int:
        return sum(draft.amount for draft in self.drafts)

    @property
    def rest(self) -> int:
        """Return the yen not yet on a receipt, negative if the receipts exceed the order's amount."""
        return self.order_amount - self.issued - self.amount


def items_of(order: Order, language: Language = "ja") -> list[Item]:
    """List the order's lines in their order, then shipping and fees if charged."""
    names = WORDS[language].charges
    charged = {"shipping": order.shipping_fee, "fees": order.payment_fee + order.other_fee}
    return [Item(line.name, line.amount, line.tax_rate, line.quantity) for line in order.lines] + [
        Item(names[kind], amount, order.fee_rate) for kind, amount in charged.items() if amount
    ]


def portions_of(shop: Shop, order: Order) -> list[Portion]:
    """Return each item's share of what was paid, in the order of `items_of(order)`."""
    return portions(items_of(order), order.total, amounts_of(shop, order).settlement)


def draft_parts(shop: Shop, order: Order, parts: Sequence[Part], live: Sequence[Receipt], today: date) -> Plan:
    """Draft the receipts for these parts, each with a positive amount.

    `live`: staff's receipts of this order that stay valid beside the new ones (`standing_after`).
    """
    problem, settled = amounts_of(shop, order).problem, settlement_of(shop, order)
    stated = [share for share in map(_stated, live) if share]
    left = left_of(receiptable(order), settled, [one.amount for one in live], stated)
    items, of_items = items_of(order), portions_of(shop, order)
    exact = [share_of(part.items, items, of_items) if part.items and settled else None for part in parts]
    found = shares(left, [part.amount for part in parts], exact)
    drafts = []
    for at, (part, share, own) in enumerate(zip(parts, found, exact, strict=True)):
        # Only the first part can be the whole: after it, the same amount again exceeds the order.
        whole = at == 0 and part.amount == receiptable(order) == left.amount
        settlement = settled if whole else None
        by_lines = share is not None and share is own
        drafts.append(_draft(shop, order, part, share, settlement, today, whole=whole, by_lines=by_lines))
    return Plan(tuple(drafts), tuple(found), most_receipted(order), sum(one.amount for one in live), problem)


def _stated(receipt: Receipt) -> Share | None:
    document = ReceiptDocument.from_dict(receipt.snapshot)
    rates = {row.rate: row.total for row in document.rates}
    return Share(document.amount, rates, document.points_paid or 0) if rates else None


def _draft(
    shop: Shop,
    order: Order,
    part: Part,
    share: Share | None,
    settlement: Settlement | None,
    today: date,
    *,
    whole: bool,
    by_lines: bool,
) -> ReceiptDocument:
    texts = Texts(part.addressee, part.honorific, part.proviso, part.language)
    on = part.transaction_on
    if settlement is not None:
        rates, points = rate_rows(settlement, shop, on, untaxed_of(order)), settlement.points
    elif share is not None:
        stated = rate_rows(Settlement(share.rates, share.points, share.amount), shop, on, untaxed_of(order))
        # A part states no tax: allocated tax would contradict the part's own figure.
        rates, points = tuple(replace(row, tax=None) for row in stated), share.points
    else:
        rates, points = (), 0
    registered = number_on_receipt(
        has_number=bool(shop.registration_number),
        amount=part.amount,
        order_amount=receiptable(order),
        mapped_to_rates=bool(rates),
    )
    if whole:
        lines = document_lines(shop, order, on, part.language, refunded=order.total - receiptable(order))
    else:
        lines = _priced(order, part, share, on) if by_lines and share else _named(order, part, on)
    drafted = draft_receipt(shop, order, texts, today)
    return replace(
        drafted,
        amount=part.amount,
        transaction_on=on,
        rates=rates,
        points_paid=points or None,
        # Nobody said which of the parts was paid on credit.
        card_amount=drafted.card_amount if whole else None,
        issuer=issuer(shop, registered=registered),
        lines=lines,
        note=part.note,
    )


def _named(order: Order, part: Part, on: date) -> tuple[DocumentLine, ...]:
    """Return the items by name only: quantities and amounts of the whole would contradict the part's own amount."""
    items = items_of(order, part.language)
    chosen = part.items or range(len(items))
    return tuple(
        DocumentLine(items[at].name, reduced=_is_reduced(items[at].rate, on), rate=items[at].rate) for at in chosen
    )


def _priced(order: Order, part: Part, share: Share, on: date) -> tuple[DocumentLine, ...]:
    """Return the part's own items with their amounts, and its share of discounts as one more line."""
    items = [items_of(order, part.language)[at] for at in part.items]
    products = product_lines(order, on)
    lines = tuple(
        products[at]
        if at < len(products)
        else DocumentLine(item.name, amount=item.amount, reduced=_is_reduced(item.rate, on), rate=item.rate)
        for at, item in zip(part.items, items, strict=True)
    )
    off = sum(item.amount for item in items) - share.amount - share.points
    return (*lines, DocumentLine(WORDS[part.language].charges["discount"], amount=-off)) if off else lines


def _is_reduced(rate: int | None, on: date) -> bool:
    return rate is not None and is_reduced(rate, on)
