"""Renderer of documents with WeasyPrint (`ports.Renderer`).

The engine is loaded at the first page, not with this module, so that a process that prints nothing does not load it.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.receipts.documents import (
    CancellationDocument,
    DeliveryNoteDocument,
    ReceiptDocument,
    ReturnInvoiceDocument,
    StatementDocument,
    YearlyDocument,
)
from portal.receipts.documents.layout import (
    cancellation_context,
    delivery_note_context,
    receipt_context,
    return_invoice_context,
    statement_context,
    yearly_context,
)
from portal.receipts.printing import wants_stamp

if TYPE_CHECKING:
    from portal.adapters.weasyprint_press import Press

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "static" / "fonts" / "fonts.conf"
TEMPLATES = ROOT / "templates"


@contextmanager
def own_fonts() -> Iterator[None]:
    """Point fontconfig to our fonts only; it reads the variable when WeasyPrint makes a font map."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def qr_code(url: str) -> bytes:
    """Return a PNG with four dots per module, which stays sharp in viewers that smooth small pictures."""
    png = BytesIO()
    # The URL ends in random letters, so no mask is better than another; comparing them would take 7 ms.
    segno.make_qr(url, error="m", mask=0).save(png, kind="png", scale=4, border=0)
    return png.getvalue()


class WeasyPrintRenderer:
    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )
        self._press: Press | None = None
        self._lock = Lock()

    def warm(self) -> None:
        """Load engine, fonts and styles, so that the first buyer waits a second less. Call it once, before forking."""
        with self._lock:
            self._warmed()

    def render(self, kind: str, document: Mapping[str, Any], images: Mapping[str, bytes]) -> bytes:
        """Return the PDF/A-3a of a document in its `to_dict()` form; the same document gives the same bytes.

        `kind`: receipt, printed_receipt (for printing by staff, with room for a revenue stamp if one is due),
        return_invoice, statement, delivery_note, yearly or cancellation. `images`: the issuer's logo and seal under the names
        that the document uses.
        Raise ValueError if there is no such kind or the receipt is not issued, LookupError if a picture is missing.
        """
        page, pictures = self.page(kind, document, images)
        with self._lock:
            return self._warmed().pdf(page, pictures)

    def page(self, kind: str, document: Mapping[str, Any], images: Mapping[str, bytes]) -> tuple[str, dict[str, bytes]]:
        """Return the HTML to print, and its pictures by URL."""
        pictures = {f"picture:{name}": content for name, content in images.items()}
        sources = {name: f"picture:{name}" for name in images}
        template = kind
        if kind in ("receipt", "printed_receipt"):
            template = "receipt"
            receipt = ReceiptDocument.from_dict(document)
            if receipt.issued_on is None or not receipt.number:
                raise ValueError("a receipt is printed after it was issued, not before")
            context = receipt_context(receipt, sources, stamp_box=kind == "printed_receipt" and wants_stamp(receipt))
            if receipt.verify_url:
                context["code"] = "picture:code"
                pictures["picture:code"] = qr_code(receipt.verify_url)
        elif kind == "statement":
            context = statement_context(StatementDocument.from_dict(document), sources)
        elif kind == "delivery_note":
            context = delivery_note_context(DeliveryNoteDocument.from_dict(document), sources)
        elif kind == "return_invoice":
            context = return_invoice_context(ReturnInvoiceDocument.from_dict(document), sources)
        elif kind == "yearly":
            context = yearly_context(YearlyDocument.from_dict(document), sources)
        elif kind == "cancellation":
            context = cancellation_context(CancellationDocument.from_dict(document), sources)
        else:
            raise ValueError(f"no such document: {kind}")
        missing = {context["issuer"].logo, context["issuer"].seal} - {None, *images}
        if missing:
            raise LookupError(f"pictures not handed over: {sorted(missing)}")
        return self._templates.get_template(f"documents/{template}.html").render(context), pictures

    def _warmed(self) -> "Press":
        if self._press is None:
            with own_fonts():
                from portal.adapters.weasyprint_press import Press  # noqa: PLC0415 -- see the module's docstring

                self._press = Press(TEMPLATES / "documents")
                self._press.warm()
        return self._press
