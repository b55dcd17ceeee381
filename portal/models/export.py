"""Exports: files that staff ask for and the worker writes."""

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
    """Key of `exports.kinds.KINDS`: ledger, subscriptions or generated_orders."""
    question: Mapped[dict[str, Any]]
    """Search whose results are exported, in the form that the kind stores."""
    encoding: Mapped[str] = mapped_column(String(10))
    """utf-8-sig or cp932."""
    actor: Mapped[str] = mapped_column(String(80))
    once_key: Mapped[str] = mapped_column(String(40))
    """Key of the form, so that a form sent twice makes one export."""
    state: Mapped[str] = mapped_column(String(10), default="queued")
    """queued → writing → done → expired, or → failed."""
    done: Mapped[int] = mapped_column(default=0)
    """Number of rows whose part of the file is stored."""
    total: Mapped[int] = mapped_column(default=0)
    """Number of rows at the start; `done` of `total` is the progress bar."""
    cursor: Mapped[str] = mapped_column(String(100), default="")
    """Last row of the last stored part, in the kind's own form; empty before the first."""
    parts: Mapped[list[str]] = mapped_column(default=list)
    """Keys of the parts in the document store; joined in this order they are the file."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Size of all parts in bytes."""
    lost: Mapped[int] = mapped_column(default=0)
    """Number of characters that the encoding lacks; each was replaced by 〓."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Number of claims by workers since the last part was stored."""
    next_try_at: Mapped[datetime]
    """Time before which no worker takes the export. A worker that begins a part moves it on."""
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
