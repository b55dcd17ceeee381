"""領収書: the ledger of issued receipts. Rows are snapshots: never edited, never deleted, only voided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, OfShop
from portal.models.rendition import Rendition


class Receipt(OfShop, Base):
    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        UniqueConstraint("public_token"),
        # The database itself enforces one live receipt by the buyer per order, whatever the code does.
        Index(
            "uq_receipt_order_id_buyers_live",
            "order_id",
            unique=True,
            sqlite_where=text("issued_by = 'buyer' AND voided_at IS NULL AND original_id IS NULL"),
            postgresql_where=text("issued_by = 'buyer' AND voided_at IS NULL AND original_id IS NULL"),
        ),
        UniqueConstraint("original_id", "copy_number"),
        UniqueConstraint("shop_id", "issue_key", "part"),
        Index("ix_receipt_order_id", "order_id"),
        # Any search of the ledger reads at most this index and not the rows, which with their snapshots are twenty
        # times as long. Names have another index besides (migration 0003).
        Index(
            "ix_receipt_ledger",
            "shop_id",
            "transaction_on",
            "number",
            postgresql_include=["amount", "counterparty_key", "issued_by", "voided_at", "original_id"],
        ),
        Index("ix_receipt_shop_id_amount", "shop_id", "amount"),
        Index("ix_receipt_replaces_id", "replaces_id"),
        Index(
            "ix_receipt_tell_buyer",
            "shop_id",
            sqlite_where=text("tell_buyer"),
            postgresql_where=text("tell_buyer"),
        ),
        CheckConstraint("issued_by IN ('buyer', 'staff')", name="issued_by"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    number: Mapped[int]
    """Number of the receipt: per shop, from 1, without gaps."""
    issued_by: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    transaction_on: Mapped[date]
    addressee: Mapped[str] = mapped_column(String(200), default="")
    counterparty: Mapped[str] = mapped_column(String(200))
    """Name for the search that the law requires: the addressee, or the buyer if that is blank."""
    counterparty_key: Mapped[str] = mapped_column(String(400))
    """`receipts.rules.counterparty.search_key(counterparty)`."""
    amount: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    """`receipts.documents.ReceiptDocument.to_dict()`."""
    public_token: Mapped[str] = mapped_column(String(43))
    """Random token in the URL of the QR code."""
    original_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    """Receipt that this row is a 再発行 of; such a row is not counted in the sum."""
    copy_number: Mapped[int] = mapped_column(default=0)
    """0 for the original, n for its n-th 再発行."""
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    extra_downloads: Mapped[int] = mapped_column(default=0)
    """Number of further downloads of the same bytes that staff have granted."""
    reopened_at: Mapped[datetime | None]
    """Time when the buyer last used such a grant; the same bytes are open for another half hour."""
    issue_key: Mapped[str | None] = mapped_column(String(40))
    """Key of the staff's form, so that a form sent twice issues once."""
    part: Mapped[int] = mapped_column(default=0)
    """Place among the parts that staff issued together, from 1; 0 if the buyer issued it."""
    over_reason: Mapped[str] = mapped_column(String(200), default="")
    """Staff's reason why the order's receipts may add up to more than the order."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """備考 that staff had printed on the receipt."""
    tell_buyer: Mapped[bool] = mapped_column(default=False)
    """True if staff want the buyer mailed once the receipt shows in MyPage; False again when that mail is written."""
    rendition_id: Mapped[UUID] = mapped_column(ForeignKey("rendition.id"))

    rendition: Mapped[Rendition] = relationship()
    original: Mapped["Receipt | None"] = relationship(
        remote_side="Receipt.id", foreign_keys=[original_id], viewonly=True
    )
