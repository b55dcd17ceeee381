"""返還インボイス (適格返還請求書): what was paid back after a receipt was issued. A snapshot, never edited, only voided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, OfShop
from portal.models.receipt import Receipt
from portal.models.rendition import Rendition


class ReturnInvoice(OfShop, Base):
    """It has no place in the gapless numbers of receipts, since no money is received with it: the receipt's own number
    and `serial` name it (00000012-R1)."""

    __tablename__ = "return_invoice"
    __table_args__ = (
        UniqueConstraint("receipt_id", "serial"),
        UniqueConstraint("shop_id", "issue_key"),
        Index("ix_return_invoice_order_id", "order_id"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipt.id"))
    serial: Mapped[int]
    """From 1 within the receipt."""
    issued_at: Mapped[datetime]
    returned_on: Mapped[date]
    """対価の返還を行った日."""
    amount: Mapped[int]
    """Positive yen paid back, tax included."""
    snapshot: Mapped[dict[str, Any]]
    """`receipts.documents.ReturnInvoiceDocument.to_dict()`."""
    issue_key: Mapped[str] = mapped_column(String(40))
    """Of the form: pressed twice, it issues once."""
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    rendition_id: Mapped[UUID] = mapped_column(ForeignKey("rendition.id"))

    receipt: Mapped[Receipt] = relationship()
    rendition: Mapped[Rendition] = relationship()
