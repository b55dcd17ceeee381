"""Imported files with a result for every row, and the column mappings that a shop has made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop, Versioned

AT_WORK = text("state IN ('trying', 'queued', 'applying')")
HAS_FILE = text("file_key <> ''")


class ImportRun(OfShop, Base):
    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_shop_id", "shop_id", "started_at"),
        Index("ix_import_run_due", "next_try_at", sqlite_where=AT_WORK, postgresql_where=AT_WORK),
        Index("ix_import_run_with_file", "started_at", sqlite_where=HAS_FILE, postgresql_where=HAS_FILE),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """orders, shipments or subscriptions."""
    mapping: Mapped[str] = mapped_column(String(40))
    """Name of the preset or of the shop's own mapping."""
    mapping_id: Mapped[UUID | None] = mapped_column(ForeignKey("shop_mapping.id", ondelete="SET NULL"))
    """Shop's own mapping; None for a preset, or once the mapping is deleted."""
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    mapping_data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Mapping as it was applied, in the presets' form (`mapping.from_data`); None if it is the preset of that name."""
    encoding: Mapped[str] = mapped_column(String(20), default="")
    actor: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="done")
    """State: an upload goes uploaded → trying → tried → queued → applying → done. It is refused if the file cannot be
    read or the work was given up, and canceled by staff or by time. A file from the command line is done at once."""
    file_key: Mapped[str] = mapped_column(String(200), default="")
    """Key of the file in the document store; empty if it came from the command line or was deleted after its time."""
    items_name: Mapped[str] = mapped_column(String(200), default="")
    items_key: Mapped[str] = mapped_column(String(200), default="")
    """Key of the second file, of a channel that gives two."""
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    """Number of rows done, for the progress bar of the trial or the application that is running."""
    position: Mapped[int] = mapped_column(default=0)
    """Number of groups of rows (mostly orders) done; a worker that takes over goes on from there."""
    trial: Mapped[int] = mapped_column(default=0)
    """Number of the dry run, so that only the run that staff have looked at is applied."""
    claim: Mapped[UUID | None]
    """Claim of the worker that has taken the run; a worker that was overtaken can no longer commit."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Number of claims by workers since the work last made progress."""
    next_try_at: Mapped[datetime | None]
    """Time from which another worker may take over, if this one has died."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """Time when staff marked the refused rows as settled."""
    refusal: Mapped[str] = mapped_column(String(300), default="")
    """Why the whole file was refused; empty if it was read."""
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)


class ImportRow(OfShop, Base):
    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_run_id", "run_id", "line"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int]
    """First physical line of the row in the file; the header is line 1. In a second file, `reader.SECOND` is added."""
    order_code: Mapped[str] = mapped_column(String(60), default="")
    """Code of the order, or number of the subscription."""
    outcome: Mapped[str] = mapped_column(String(10))
    column: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    value: Mapped[str] = mapped_column(String(100), default="")
    """Cell that the reason is about, as in the file."""


class ShopMapping(Versioned, OfShop, Base):
    """Shop's own column mapping, made from a preset in the admin."""

    __tablename__ = "shop_mapping"
    __table_args__ = (UniqueConstraint("shop_id", "kind", "name"),)

    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    based_on: Mapped[str] = mapped_column(String(40), default="")
    data: Mapped[dict[str, Any]]
    """Mapping in the form of the preset files."""
    updated_at: Mapped[datetime]
