"""Template context beside the document: words, addresses of images, and the size of the name."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

from portal.receipts.documents.cancellation import CancellationDocument
from portal.receipts.documents.delivery_note import DeliveryNoteDocument
from portal.receipts.documents.parts import DocumentLine, Issuer, RateTotal
from portal.receipts.documents.receipt import ReceiptDocument
from portal.receipts.documents.return_invoice import ReturnInvoiceDocument
from portal.receipts.documents.statement import StatementDocument
from portal.receipts.documents.wording import WORDS
from portal.receipts.documents.yearly import YearlyDocument
from portal.receipts.rules.glyphs import printed
from portal.values.dates import TOKYO
from portal.values.money import format_yen
from portal.values.names import honorific_of

Size = Literal["large", "medium", "small"]
Part = TypeVar("Part")
NO_IMAGES: Mapping[str, str] = {}


def width(text: str) -> float:
    """Measure the text in full-width characters; any other letter counts a little more than half of one."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.57 for letter in text)


def name_size(name: str) -> Size:
    """Choose the size of a name: a usual one is large on one line, a company of 40 characters small on two."""
    wide = width(name)
    return "large" if wide <= 16 else "medium" if wide <= 20 else "small"


def as_printed(part: Part) -> Part:
    """Return the document, or a part of it, with every text as the fonts can print it."""
    if isinstance(part, str):
        return printed(part)  # type: ignore[return-value]
    if isinstance(part, tuple):
        return tuple(map(as_printed, part))  # type: ignore[return-value]
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: as_printed(getattr(part, field.name)) for field in fields(part)})
    return part


def receipt_context(
    document: ReceiptDocument, images: Mapping[str, str] = NO_IMAGES, *, stamp_box: bool = False
) -> dict[str, Any]:
    """Return the context of documents/_receipt.html, for paper and preview.

    `images`: addresses of the issuer's logo and seal.
    """
    document = as_printed(document)
    return {
        **_shared(document.issuer, document.lines, document.rates, images),
        "receipt": document,
        "words": WORDS[document.language],
        "size": name_size(document.addressee),
        "lines_total": sum(line.amount or 0 for line in document.lines),
        "paid": document.amount,
        "points_paid": document.points_paid or 0,
        "paid_with": document.paid_with,
        "verify_url": document.verify_url,
        "stamp_box": stamp_box,
    }


def statement_context(document: StatementDocument, images: Mapping[str, str] = NO_IMAGES) -> dict[str, Any]:
    document = as_printed(document)
    return {
        **_shared(document.issuer, document.lines, document.rates, images),
        "statement": document,
        "size": name_size(document.buyer.name),
    }


def delivery_note_context(document: DeliveryNoteDocument, images: Mapping[str, str] = NO_IMAGES) -> dict[str, Any]:
    document = as_printed(document)
    return {
        **_shared(document.issuer, document.lines, (), images),
        "delivery_note": document,
        "size": name_size(document.delivery.name),
    }


def return_invoice_context(document: ReturnInvoiceDocument, images: Mapping[str, str] = NO_IMAGES) -> dict[str, Any]:
    document = as_printed(document)
    return {
        **_shared(document.issuer, document.lines, document.rates, images),
        "invoice": document,
        "size": name_size(document.addressee),
    }


def yearly_context(document: YearlyDocument, images: Mapping[str, str] = NO_IMAGES) -> dict[str, Any]:
    document = as_printed(document)
    return {
        **_shared(document.issuer, (), document.rates, images),
        "yearly": document,
        "size": name_size(document.buyer_name),
        "has_refunds": any(order.refunded for order in document.orders),
    }


CAUSES: Mapping[str, str] = {
    "commitment": "お約束の回数が残っているため、担当者がお確かめします。",
    "not_allowed": "担当者がお確かめしてから解約します。",
    "too_late": "次のお届けの準備が始まっているため、担当者がお確かめします。",
    "unproved": "メールでご本人の確認ができないため、担当者がお確かめします。",
}


def cancellation_context(document: CancellationDocument, images: Mapping[str, str] = NO_IMAGES) -> dict[str, Any]:
    document = as_printed(document)
    received = document.received_at.astimezone(TOKYO)
    return {
        **_shared(document.issuer, (), (), images),
        "paper": document,
        "cancellation": document.cancellation,
        "causes": CAUSES,
        "received_on": received.date(),
        "received_time": f"{received.hour}:{received.minute:02}",
        "size": name_size(document.buyer.name),
    }


def _shared(
    issuer: Issuer, lines: Sequence[DocumentLine], rates: Sequence[RateTotal], images: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "lines": lines,
        "rates": rates,
        "images": images,
        "words": WORDS["ja"],
        "yen": format_yen,
        "honorific_of": honorific_of,
        "lines_total": None,
        "points_paid": 0,
        "paid_with": "points",
        "code": "",
        "has_quantities": any(line.quantity is not None for line in lines),
        "has_prices": any(line.amount is not None for line in lines),
        "has_tax": any(row.tax is not None for row in rates),
        "has_reduced": any(line.reduced for line in lines) or any(row.reduced for row in rates),
    }
