"""History of files taken in, with a result for every row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop


class ImportRun(OfShop, Base):
    __tablename__ = "import_run"

    kind: Mapped[str] = mapped_column(String(20))
    """orders or shipments."""
    mapping: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(20), default="")
    actor: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(String(300), default="")
    """Why the whole file was refused; empty: it was read."""
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)


class ImportRow(OfShop, Base):
    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_run_id", "run_id", "line"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int]
    """First physical line of the row in the file, the header is line 1."""
    order_code: Mapped[str] = mapped_column(String(60), default="")
    outcome: Mapped[str] = mapped_column(String(10))
    column: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
