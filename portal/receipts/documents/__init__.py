"""Contents of the documents as values. Issued ones, such as a receipt's snapshot, are stored in this form for good."""

from portal.receipts.documents.cancellation import Cancellation, CancellationDocument, ComingOrder
from portal.receipts.documents.delivery_note import DeliveryNoteDocument, Parcel
from portal.receipts.documents.parts import Cycle, DocumentLine, Issuer, Party, RateTotal
from portal.receipts.documents.receipt import ReceiptDocument, Reissue
from portal.receipts.documents.return_invoice import ReturnInvoiceDocument
from portal.receipts.documents.statement import StatementDocument
from portal.receipts.documents.yearly import YearlyDocument, YearOrder

__all__ = [
    "Cancellation",
    "CancellationDocument",
    "ComingOrder",
    "Cycle",
    "DeliveryNoteDocument",
    "DocumentLine",
    "Issuer",
    "Parcel",
    "Party",
    "RateTotal",
    "ReceiptDocument",
    "Reissue",
    "ReturnInvoiceDocument",
    "StatementDocument",
    "YearOrder",
    "YearlyDocument",
]
