"""Papers as they were given: each statement, delivery note and return invoice, kept for the years the law asks."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, OfShop
from portal.models.order import Order
from portal.models.rendition import Rendition


class Paper(OfShop, Base):
    """One content of a paper, from its first download on. Receipts have a ledger of their own."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("rendition_id"),
        Index("ix_paper_shop_id_transaction_on", "shop_id", "transaction_on", "id"),
        Index("ix_paper_shop_id_given_on", "shop_id", "given_on", "id"),
        Index("ix_paper_order_id", "order_id"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """statement, delivery_note or return_invoice, as `Rendition.kind`."""
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    rendition_id: Mapped[UUID] = mapped_column(ForeignKey("rendition.id"))
    given_on: Mapped[date]
    """Day of the first download, which the paper bears as its date of issue."""
    transaction_on: Mapped[date]
    amount: Mapped[int | None]
    """Yen, tax included; None where the paper names no amount."""
    counterparty: Mapped[str] = mapped_column(String(200))
    counterparty_key: Mapped[str] = mapped_column(String(400))
    """`receipts.rules.counterparty.search_key(counterparty)`."""

    order: Mapped[Order] = relationship()
    rendition: Mapped[Rendition] = relationship()
