"""A file that staff asked for and the worker writes: the receipts ledger, refused rows, …"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class Export(OfShop, Base):
    __tablename__ = "export"
    __table_args__ = (
        UniqueConstraint("shop_id", "once_key"),
        Index("ix_export_shop_id", "shop_id", "requested_at"),
        Index("ix_export_due", "state", "next_try_at"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """Which table of `exports.kinds` it writes: ledger."""
    question: Mapped[dict[str, Any]]
    """The search that it answers, as the kind stores it."""
    encoding: Mapped[str] = mapped_column(String(10))
    """utf-8-sig or cp932."""
    actor: Mapped[str] = mapped_column(String(80))
    once_key: Mapped[str] = mapped_column(String(40))
    """Of the form in which it was asked for: pressed twice, it is written once."""
    state: Mapped[str] = mapped_column(String(10), default="queued")
    """queued → writing → done → expired, or → failed."""
    done: Mapped[int] = mapped_column(default=0)
    """Rows whose part of the file is stored."""
    total: Mapped[int] = mapped_column(default=0)
    """Rows when it began; both stand for the progress bar."""
    cursor: Mapped[str] = mapped_column(String(100), default="")
    """The last row of the last part, as the kind writes it; empty: before the first."""
    parts: Mapped[list[str]] = mapped_column(default=list)
    """Keys in the document store; put together in this order they are the file."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the parts."""
    lost: Mapped[int] = mapped_column(default=0)
    """Characters that the encoding does not have; a 〓 stands in the place of each."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Claims since the last part was stored."""
    next_try_at: Mapped[datetime]
    """A worker that begins a part moves it on: until then nobody else works at the file."""
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
