"""Shops' own mail texts, and the outbox."""

import sqlalchemy as sa
from alembic import op


def create_mail_text() -> None:
    op.create_table(
        "mail_text",
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_mail_text_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_text")),
        sa.UniqueConstraint("shop_id", "message", "language", name=op.f("uq_mail_text_shop_id_message_language")),
    )


def drop_mail_text() -> None:
    op.drop_table("mail_text")


def create_outbox_mail() -> None:
    op.create_table(
        "outbox_mail",
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("once_key", sa.String(length=120), nullable=True),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("sender", sa.String(length=400), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["rendition.id"], name=op.f("fk_outbox_mail_attachment_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_outbox_mail_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_outbox_mail_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("shop_id", "once_key", name=op.f("uq_outbox_mail_shop_id_once_key")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_mail_body",
            ["message", "created_at"],
            unique=False,
            sqlite_where=sa.text("body_text <> ''"),
            postgresql_where=sa.text("body_text <> ''"),
        )
        batch_op.create_index("ix_outbox_mail_due", ["state", "rank", "next_try_at"], unique=False)
        batch_op.create_index("ix_outbox_mail_listed", ["shop_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_outbox_mail_order_id", ["order_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_mail_recipient",
            ["shop_id", "recipient"],
            unique=False,
            postgresql_ops={"recipient": "varchar_pattern_ops"},
        )
        batch_op.create_index(
            "ix_outbox_mail_unsettled",
            ["shop_id", "state", "created_at"],
            unique=False,
            sqlite_where=sa.text("state <> 'sent'"),
            postgresql_where=sa.text("state <> 'sent'"),
        )


def drop_outbox_mail() -> None:
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_mail_unsettled",
            sqlite_where=sa.text("state <> 'sent'"),
            postgresql_where=sa.text("state <> 'sent'"),
        )
        batch_op.drop_index("ix_outbox_mail_recipient", postgresql_ops={"recipient": "varchar_pattern_ops"})
        batch_op.drop_index("ix_outbox_mail_order_id")
        batch_op.drop_index("ix_outbox_mail_listed")
        batch_op.drop_index("ix_outbox_mail_due")
        batch_op.drop_index(
            "ix_outbox_mail_body", sqlite_where=sa.text("body_text <> ''"), postgresql_where=sa.text("body_text <> ''")
        )
    op.drop_table("outbox_mail")
