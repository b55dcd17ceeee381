"""Audit log: entries, and the values before and after."""

import sqlalchemy as sa
from alembic import op


def create_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_audit_entry_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_action", ["shop_id", "action", "at"], unique=False)
        batch_op.create_index("ix_audit_entry_actor", ["shop_id", "actor", "at"], unique=False)
        batch_op.create_index("ix_audit_entry_at", ["shop_id", "at"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["shop_id", "subject_type", "subject_id", "at"], unique=False)


def drop_audit_entry() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_at")
        batch_op.drop_index("ix_audit_entry_actor")
        batch_op.drop_index("ix_audit_entry_action")
    op.drop_table("audit_entry")


def create_audit_value() -> None:
    op.create_table(
        "audit_value",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_value_entry_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_audit_value_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_value")),
    )
    with op.batch_alter_table("audit_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_value_entry_id"), ["entry_id"], unique=False)


def drop_audit_value() -> None:
    with op.batch_alter_table("audit_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_value_entry_id"))
    op.drop_table("audit_value")
