"""A file that staff asked for and the worker writes: the receipts ledger, refused rows, …"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class Export(OfShop, Base):
    __tablename__ = "export"
    __table_args__ = (
        Index("ix_export_shop_id", "shop_id", "requested_at"),
        Index("ix_export_due", "state", "next_try_at"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """ledger."""
    question: Mapped[dict[str, Any]]
    """The search that it answers, as the page's filter wrote it."""
    encoding: Mapped[str] = mapped_column(String(10))
    """utf-8-sig or cp932."""
    actor: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="queued")
    """queued → writing → done | failed."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Rows; both stand for the progress bar."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    file_key: Mapped[str] = mapped_column(String(200), default="")
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
