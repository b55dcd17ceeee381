"""Imported files, their rows, and the column mappings that a shop has made."""

import sqlalchemy as sa
from alembic import op


def create_shop_mapping() -> None:
    op.create_table(
        "shop_mapping",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("based_on", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_mapping_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_mapping")),
        sa.UniqueConstraint("shop_id", "kind", "name", name=op.f("uq_shop_mapping_shop_id_kind_name")),
    )


def drop_shop_mapping() -> None:
    op.drop_table("shop_mapping")


def create_import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mapping", sa.String(length=40), nullable=False),
        sa.Column("mapping_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("mapping_data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=False),
        sa.Column("items_name", sa.String(length=200), nullable=False),
        sa.Column("items_key", sa.String(length=200), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("trial", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(length=300), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mapping_id"], ["shop_mapping.id"], name=op.f("fk_import_run_mapping_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_import_run_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_import_run_due",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('trying', 'queued', 'applying')"),
            postgresql_where=sa.text("state IN ('trying', 'queued', 'applying')"),
        )
        batch_op.create_index("ix_import_run_shop_id", ["shop_id", "started_at"], unique=False)
        batch_op.create_index(
            "ix_import_run_with_file",
            ["started_at"],
            unique=False,
            sqlite_where=sa.text("file_key <> ''"),
            postgresql_where=sa.text("file_key <> ''"),
        )


def drop_import_run() -> None:
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_import_run_with_file",
            sqlite_where=sa.text("file_key <> ''"),
            postgresql_where=sa.text("file_key <> ''"),
        )
        batch_op.drop_index("ix_import_run_shop_id")
        batch_op.drop_index(
            "ix_import_run_due",
            sqlite_where=sa.text("state IN ('trying', 'queued', 'applying')"),
            postgresql_where=sa.text("state IN ('trying', 'queued', 'applying')"),
        )
    op.drop_table("import_run")


def create_import_row() -> None:
    op.create_table(
        "import_row",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("order_code", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("column", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_import_row_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_run_id", ["run_id", "line"], unique=False)


def drop_import_row() -> None:
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_import_row_run_id")
    op.drop_table("import_row")
