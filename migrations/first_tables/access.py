"""Buyers' sessions, failed logins, locks and login codes, and buyers' requests to the shop."""

import sqlalchemy as sa
from alembic import op


def create_buyer_session() -> None:
    op.create_table(
        "buyer_session",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("proved_email_key", sa.String(length=254), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_buyer_session_opened_by")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_buyer_session_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_buyer_session_token_digest")),
    )


def drop_buyer_session() -> None:
    op.drop_table("buyer_session")


def create_login_failure() -> None:
    op.create_table(
        "login_failure",
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("via", sa.String(length=4), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_login_failure_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index("ix_login_failure_address", ["shop_id", "address", "at"], unique=False)
        batch_op.create_index("ix_login_failure_code", ["shop_id", "code_digest", "via", "at"], unique=False)


def drop_login_failure() -> None:
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_login_failure_code")
        batch_op.drop_index("ix_login_failure_address")
    op.drop_table("login_failure")


def create_login_lock() -> None:
    op.create_table(
        "login_lock",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("via", sa.String(length=7), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_login_lock_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_lock")),
        sa.UniqueConstraint("shop_id", "subject", "via", name=op.f("uq_login_lock_shop_id_subject_via")),
    )


def drop_login_lock() -> None:
    op.drop_table("login_lock")


def create_buyer_request() -> None:
    op.create_table(
        "buyer_request",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_buyer_request_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_buyer_request_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_request")),
    )
    with op.batch_alter_table("buyer_request", schema=None) as batch_op:
        batch_op.create_index("ix_buyer_request_open", ["shop_id", "answered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_buyer_request_order_id"), ["order_id"], unique=False)


def drop_buyer_request() -> None:
    with op.batch_alter_table("buyer_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_buyer_request_order_id"))
        batch_op.drop_index("ix_buyer_request_open")
    op.drop_table("buyer_request")


def create_login_code() -> None:
    op.create_table(
        "login_code",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_login_code_order_id")),
        sa.ForeignKeyConstraint(["session_id"], ["buyer_session.id"], name=op.f("fk_login_code_session_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_login_code_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_code")),
    )
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.create_index("ix_login_code_email_key", ["shop_id", "email_key", "sent_at"], unique=False)
        batch_op.create_index("ix_login_code_session_id", ["session_id", "sent_at"], unique=False)


def drop_login_code() -> None:
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.drop_index("ix_login_code_session_id")
        batch_op.drop_index("ix_login_code_email_key")
    op.drop_table("login_code")


def create_session_order() -> None:
    op.create_table(
        "session_order",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_session_order_order_id")),
        sa.ForeignKeyConstraint(["session_id"], ["buyer_session.id"], name=op.f("fk_session_order_session_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_session_order_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_order")),
        sa.UniqueConstraint("session_id", "order_id", name=op.f("uq_session_order_session_id_order_id")),
    )
    with op.batch_alter_table("session_order", schema=None) as batch_op:
        batch_op.create_index("ix_session_order_order_id", ["order_id"], unique=False)


def drop_session_order() -> None:
    with op.batch_alter_table("session_order", schema=None) as batch_op:
        batch_op.drop_index("ix_session_order_order_id")
    op.drop_table("session_order")
