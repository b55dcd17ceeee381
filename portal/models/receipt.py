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
        # The database itself holds 'one live buyer's receipt per order', whatever the code does.
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
        # Any combination of the ledger's search is answered by walking this one at most: the row itself, with its
        # snapshot, is twenty times as long and not read. Names have another one besides (migration 0003).
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
    """Running per shop from 1, without gaps."""
    issued_by: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    transaction_on: Mapped[date]
    addressee: Mapped[str] = mapped_column(String(200), default="")
    counterparty: Mapped[str] = mapped_column(String(200))
    """For the search the law asks for: the addressee, or the buyer where that is blank."""
    counterparty_key: Mapped[str] = mapped_column(String(400))
    """`receipts.counterparty.search_key(counterparty)`."""
    amount: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    """`receipts.documents.ReceiptDocument.to_dict()`."""
    public_token: Mapped[str] = mapped_column(String(43))
    """Random; in the QR code's address."""
    original_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    """The receipt of which this is a 再発行; such a row is not counted in the sum."""
    copy_number: Mapped[int] = mapped_column(default=0)
    """0: the original, n: its n-th 再発行."""
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    extra_downloads: Mapped[int] = mapped_column(default=0)
    """Granted by staff: so many more times the same bytes."""
    reopened_at: Mapped[datetime | None]
    """When the buyer last used such a grant: the same bytes are open for another half hour."""
    issue_key: Mapped[str | None] = mapped_column(String(40))
    """Of the form in which staff issued it: pressed twice, it issues once."""
    part: Mapped[int] = mapped_column(default=0)
    """Place among the parts issued together by staff, from 1; 0: a buyer's."""
    over_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was allowed that the order's receipts add up to more than the order."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """備考 that staff had printed on it."""
    tell_buyer: Mapped[bool] = mapped_column(default=False)
    """Staff want the buyer told by mail as soon as it shows in MyPage; False again once that mail is written."""
    rendition_id: Mapped[UUID] = mapped_column(ForeignKey("rendition.id"))

    rendition: Mapped[Rendition] = relationship()
