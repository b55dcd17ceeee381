"""Papers as given: statements, delivery notes and return invoices are kept and can be searched; copies have limits."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, timedelta
from typing import Any

import sqlalchemy as sa
import uuid_utils.compat
from alembic import op

from portal.receipts.rules.counterparty import search_key

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT_ONCE = 1000
TOKYO = timedelta(hours=9)


def upgrade() -> None:
    op.add_column("shop", sa.Column("receipt_copies", sa.Integer(), nullable=True))
    op.add_column("shop", sa.Column("receipt_months", sa.Integer(), nullable=True))
    op.add_column("shop", sa.Column("fiscal_month", sa.Integer(), nullable=True))
    op.add_column("shop", sa.Column("ten_years", sa.Boolean(), nullable=False, server_default=sa.false()))
    paper = op.create_table(
        "paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("rendition_id", sa.Uuid(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("transaction_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("counterparty", sa.String(length=200), nullable=False),
        sa.Column("counterparty_key", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_paper_order_id"),
        sa.ForeignKeyConstraint(["rendition_id"], ["rendition.id"], name="fk_paper_rendition_id"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name="fk_paper_shop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
        sa.UniqueConstraint("rendition_id", name="uq_paper_rendition_id"),
    )
    op.create_index("ix_paper_shop_id_transaction_on", "paper", ["shop_id", "transaction_on", "id"])
    op.create_index("ix_paper_shop_id_given_on", "paper", ["shop_id", "given_on", "id"])
    op.create_index("ix_paper_order_id", "paper", ["order_id"])
    uuids = (sa.column(name, sa.Uuid()) for name in ("id", "shop_id", "order_id"))
    rendition = sa.table(
        "rendition",
        *uuids,
        sa.column("kind"),
        sa.column("document", sa.JSON()),
        sa.column("requested_at", sa.DateTime(timezone=True)),
    )
    given = sa.select(rendition).where(
        rendition.c.kind.in_(("statement", "delivery_note", "return_invoice")), rendition.c.order_id.is_not(None)
    )
    connection = op.get_bind()
    for rows in connection.execute(given).partitions(AT_ONCE):
        connection.execute(paper.insert(), list(_papers(rows)))


def _papers(rows: Any) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        said, at = row.document, row.requested_at
        # SQLite drops the zone, which is UTC.
        at = at.astimezone(UTC) if at.tzinfo else at
        party = said.get("buyer") or said.get("delivery") or {}
        who = said.get("addressee") or said.get("buyer_name") or party.get("name", "")
        yield {
            "id": uuid_utils.compat.uuid7(),
            "shop_id": row.shop_id,
            "kind": row.kind,
            "order_id": row.order_id,
            "rendition_id": row.id,
            "given_on": (at + TOKYO).date(),
            "transaction_on": _day(said) or (at + TOKYO).date(),
            "amount": said.get("total", said.get("amount")),
            "counterparty": who,
            "counterparty_key": search_key(who),
        }


def _day(said: Mapping[str, Any]) -> date | None:
    """Return the day of the transaction as the paper states it: the last shipment, else the day of the order."""
    parcels = [parcel["shipped_on"] for parcel in said.get("parcels", ()) if parcel["shipped_on"]]
    shipped = [*said.get("shipped_on", ()), *parcels]
    stated = said.get("transaction_on") or (max(shipped) if shipped else said.get("ordered_on"))
    return date.fromisoformat(stated) if stated else None


def downgrade() -> None:
    op.drop_table("paper")
    for column in ("ten_years", "fiscal_month", "receipt_months", "receipt_copies"):
        op.drop_column("shop", column)
