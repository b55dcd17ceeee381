"""返還インボイス (適格返還請求書): money paid back after a receipt was issued. A snapshot, never edited, only voided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, OfShop
from portal.models.receipt import Receipt
from portal.models.rendition import Rendition


class ReturnInvoice(OfShop, Base):
    """Return invoice of a receipt, named by the receipt's number and `serial` (00000012-R1).

    It takes no number of the gapless receipt numbers, since no money is received with it.
    """

    __tablename__ = "return_invoice"
    __table_args__ = (
        UniqueConstraint("receipt_id", "serial"),
        UniqueConstraint("shop_id", "issue_key"),
        Index("ix_return_invoice_order_id", "order_id"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipt.id"))
    serial: Mapped[int]
    """Number within the receipt, from 1."""
    issued_at: Mapped[datetime]
    returned_on: Mapped[date]
    """対価の返還を行った日: the day of the refund."""
    amount: Mapped[int]
    """Positive yen paid back, tax included."""
    snapshot: Mapped[dict[str, Any]]
    """`receipts.documents.ReturnInvoiceDocument.to_dict()`."""
    issue_key: Mapped[str] = mapped_column(String(40))
    """Key of the form, so that a form sent twice issues once."""
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    rendition_id: Mapped[UUID] = mapped_column(ForeignKey("rendition.id"))

    receipt: Mapped[Receipt] = relationship()
    rendition: Mapped[Rendition] = relationship()
