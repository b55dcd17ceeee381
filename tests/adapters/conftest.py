"""The renderer of the printed papers, warmed up once for each test file."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from portal.adapters.weasyprint import WeasyPrintRenderer
from portal.receipts.documents import (
    DeliveryNoteDocument,
    ReceiptDocument,
    ReturnInvoiceDocument,
    StatementDocument,
)
from portal.receipts.documents.parts import Stored

KINDS = {
    ReceiptDocument: "receipt",
    StatementDocument: "statement",
    DeliveryNoteDocument: "delivery_note",
    ReturnInvoiceDocument: "return_invoice",
}


@pytest.fixture(scope="module")
def renderer() -> WeasyPrintRenderer:
    renderer = WeasyPrintRenderer()
    renderer.warm()
    return renderer


@pytest.fixture
def printed(renderer: WeasyPrintRenderer, caplog: pytest.LogCaptureFixture) -> Any:
    """Return `render(document, kind=…, images=…)`, which prints a document to PDF bytes.

    It fails if WeasyPrint complains of anything (a missing glyph, an unknown property, a lost image).
    """

    def render(document: Stored, *, kind: str = "", images: Mapping[str, bytes] | None = None) -> bytes:
        kind = kind or KINDS[type(document)]
        with caplog.at_level(logging.WARNING, "weasyprint"):
            pdf = renderer.render(kind, document.to_dict(), images or {})
        assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []
        return pdf

    return render
