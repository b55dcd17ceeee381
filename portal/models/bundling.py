"""同梱候補: orders of one buyer that could go out in one parcel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class BundleCandidate(OfShop, Base):
    __tablename__ = "bundle_candidate"
    __table_args__ = (
        # One open proposal per recipient; decided ones stay as history.
        Index(
            "uq_bundle_candidate_open",
            "shop_id",
            "match_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_bundle_candidate_shop_id_state", "shop_id", "state", "created_at"),
    )

    match_key: Mapped[str] = mapped_column(String(64))
    """Digest of the folded recipient, address and delivery method, from `shipments.rules.bundle_groups.match_key`."""
    state: Mapped[str] = mapped_column(String(10), default="open")
    """open → bundled | declined | dissolved (fewer than two orders were left to bundle)."""
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    shipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("shipment.id"))
    """Joint parcel, once the orders are bundled."""


class BundleOrder(OfShop, Base):
    __tablename__ = "bundle_order"
    __table_args__ = (
        UniqueConstraint("candidate_id", "order_id"),
        Index("ix_bundle_order_order_id", "order_id"),
    )

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("bundle_candidate.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
