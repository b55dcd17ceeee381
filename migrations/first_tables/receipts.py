"""Issued receipts, their numbers, their PDFs, and return invoices."""

import sqlalchemy as sa
from alembic import op


def create_receipt_counter() -> None:
    op.create_table(
        "receipt_counter",
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_receipt_counter_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_counter")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_receipt_counter_shop_id")),
    )


def drop_receipt_counter() -> None:
    op.drop_table("receipt_counter")


def create_rendition() -> None:
    op.create_table(
        "rendition",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=100), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_rendition_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_rendition_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("shop_id", "kind", "digest", name=op.f("uq_rendition_shop_id_kind_digest")),
    )
    with op.batch_alter_table("rendition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rendition_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "ix_rendition_unstored",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("stored_at IS NULL"),
            postgresql_where=sa.text("stored_at IS NULL"),
        )


def drop_rendition() -> None:
    with op.batch_alter_table("rendition", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rendition_unstored",
            sqlite_where=sa.text("stored_at IS NULL"),
            postgresql_where=sa.text("stored_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rendition_order_id"))
    op.drop_table("rendition")


def create_receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.String(length=10), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("transaction_on", sa.Date(), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("counterparty", sa.String(length=200), nullable=False),
        sa.Column("counterparty_key", sa.String(length=400), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("public_token", sa.String(length=43), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=True),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.Column("extra_downloads", sa.Integer(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issue_key", sa.String(length=40), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("over_reason", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("tell_buyer", sa.Boolean(), nullable=False),
        sa.Column("rendition_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("issued_by IN ('buyer', 'staff')", name=op.f("ck_receipt_issued_by")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_receipt_order_id")),
        sa.ForeignKeyConstraint(["original_id"], ["receipt.id"], name=op.f("fk_receipt_original_id")),
        sa.ForeignKeyConstraint(["rendition_id"], ["rendition.id"], name=op.f("fk_receipt_rendition_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["receipt.id"], name=op.f("fk_receipt_replaces_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_receipt_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("original_id", "copy_number", name=op.f("uq_receipt_original_id_copy_number")),
        sa.UniqueConstraint("public_token", name=op.f("uq_receipt_public_token")),
        sa.UniqueConstraint("shop_id", "issue_key", "part", name=op.f("uq_receipt_shop_id_issue_key_part")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_receipt_shop_id_number")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_receipt_ledger",
            ["shop_id", "transaction_on", "number"],
            unique=False,
            postgresql_include=["amount", "counterparty_key", "issued_by", "voided_at", "original_id"],
        )
        batch_op.create_index("ix_receipt_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_receipt_replaces_id", ["replaces_id"], unique=False)
        batch_op.create_index("ix_receipt_shop_id_amount", ["shop_id", "amount"], unique=False)
        batch_op.create_index(
            "ix_receipt_tell_buyer",
            ["shop_id"],
            unique=False,
            sqlite_where=sa.text("tell_buyer"),
            postgresql_where=sa.text("tell_buyer"),
        )
        batch_op.create_index(
            "uq_receipt_order_id_buyers_live",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("issued_by = 'buyer' AND voided_at IS NULL AND original_id IS NULL"),
            postgresql_where=sa.text("issued_by = 'buyer' AND voided_at IS NULL AND original_id IS NULL"),
        )


def drop_receipt() -> None:
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_receipt_order_id_buyers_live",
            sqlite_where=sa.text("issued_by = 'buyer' AND voided_at IS NULL AND original_id IS NULL"),
            postgresql_where=sa.text("issued_by = 'buyer' AND voided_at IS NULL AND original_id IS NULL"),
        )
        batch_op.drop_index(
            "ix_receipt_tell_buyer", sqlite_where=sa.text("tell_buyer"), postgresql_where=sa.text("tell_buyer")
        )
        batch_op.drop_index("ix_receipt_shop_id_amount")
        batch_op.drop_index("ix_receipt_replaces_id")
        batch_op.drop_index("ix_receipt_order_id")
        batch_op.drop_index(
            "ix_receipt_ledger",
            postgresql_include=["amount", "counterparty_key", "issued_by", "voided_at", "original_id"],
        )
    op.drop_table("receipt")


def create_return_invoice() -> None:
    op.create_table(
        "return_invoice",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("issue_key", sa.String(length=40), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.Column("rendition_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_return_invoice_order_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_return_invoice_receipt_id")),
        sa.ForeignKeyConstraint(["rendition_id"], ["rendition.id"], name=op.f("fk_return_invoice_rendition_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_return_invoice_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_invoice")),
        sa.UniqueConstraint("receipt_id", "serial", name=op.f("uq_return_invoice_receipt_id_serial")),
        sa.UniqueConstraint("shop_id", "issue_key", name=op.f("uq_return_invoice_shop_id_issue_key")),
    )
    with op.batch_alter_table("return_invoice", schema=None) as batch_op:
        batch_op.create_index("ix_return_invoice_order_id", ["order_id"], unique=False)


def drop_return_invoice() -> None:
    with op.batch_alter_table("return_invoice", schema=None) as batch_op:
        batch_op.drop_index("ix_return_invoice_order_id")
    op.drop_table("return_invoice")
