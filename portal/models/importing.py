"""Files taken in, with a result for every row, and the mappings that a shop made itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, OfShop

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
    """The shop's own mapping, while it is kept."""
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    mapping_data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The mapping as it was applied, in the presets' form (`mapping.from_data`); None: the preset of that name."""
    encoding: Mapped[str] = mapped_column(String(20), default="")
    actor: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="done")
    """Of an upload: uploaded → trying → tried → queued → applying → done; refused when the file cannot be read or the
    work was given up, cancelled by staff or by time. A file from the command line is done at once."""
    file_key: Mapped[str] = mapped_column(String(200), default="")
    """The uploaded bytes in the document store; empty: from the command line, or taken away after its time."""
    items_name: Mapped[str] = mapped_column(String(200), default="")
    items_key: Mapped[str] = mapped_column(String(200), default="")
    """The second file of a channel that gives two."""
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    """Rows of the file, for the progress bar of the work that is going on."""
    position: Mapped[int] = mapped_column(default=0)
    """Groups of rows (mostly: orders) that are done: where a worker that takes over goes on."""
    trial: Mapped[int] = mapped_column(default=0)
    """Goes up with each dry run, so that what is applied is what was looked at."""
    claim: Mapped[UUID | None]
    """Of the worker that is at it: one that was overtaken cannot commit any more."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Claims since the work last went on."""
    next_try_at: Mapped[datetime | None]
    """When a worker that died may be followed by another one."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When staff said that what was refused needs nothing more."""
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
    """First physical line of the row in the file, the header is line 1; of a second file `reader.SECOND` more."""
    order_code: Mapped[str] = mapped_column(String(60), default="")
    """Or the number of a subscription."""
    outcome: Mapped[str] = mapped_column(String(10))
    column: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    value: Mapped[str] = mapped_column(String(100), default="")
    """The cell that the reason speaks of, as it stands in the file."""


class ShopMapping(OfShop, Base):
    """A column mapping of the shop's own, made from a preset in the admin."""

    __tablename__ = "shop_mapping"
    __table_args__ = (UniqueConstraint("shop_id", "kind", "name"),)

    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    based_on: Mapped[str] = mapped_column(String(40), default="")
    data: Mapped[dict[str, Any]]
    """As the preset files have it."""
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declared way
