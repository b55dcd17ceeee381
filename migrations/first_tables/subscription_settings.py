"""Shops' settings for subscriptions: rules, fields, labels, reasons, closed days."""

import sqlalchemy as sa
from alembic import op


def create_closed_day() -> None:
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_closed_day_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
        sa.UniqueConstraint("shop_id", "day", name=op.f("uq_closed_day_shop_id_day")),
    )


def drop_closed_day() -> None:
    op.drop_table("closed_day")


def create_field_category() -> None:
    op.create_table(
        "field_category",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_field_category_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_category")),
    )
    with op.batch_alter_table("field_category", schema=None) as batch_op:
        batch_op.create_index(
            "uq_field_category_name",
            ["shop_id", "name"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )


def drop_field_category() -> None:
    with op.batch_alter_table("field_category", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_field_category_name",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
    op.drop_table("field_category")


def create_stop_reason() -> None:
    op.create_table(
        "stop_reason",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_stop_reason_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_reason")),
    )
    with op.batch_alter_table("stop_reason", schema=None) as batch_op:
        batch_op.create_index("ix_stop_reason_shop_id", ["shop_id", "kind", "id"], unique=False)


def drop_stop_reason() -> None:
    with op.batch_alter_table("stop_reason", schema=None) as batch_op:
        batch_op.drop_index("ix_stop_reason_shop_id")
    op.drop_table("stop_reason")


def create_subscription_label() -> None:
    op.create_table(
        "subscription_label",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_subscription_label_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_label")),
        sa.UniqueConstraint("shop_id", "name", name=op.f("uq_subscription_label_shop_id_name")),
    )


def drop_subscription_label() -> None:
    op.drop_table("subscription_label")


def create_subscription_rules() -> None:
    op.create_table(
        "subscription_rules",
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("takes_new", sa.Boolean(), nullable=False),
        sa.Column("generates", sa.String(length=4), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("transit_days", sa.JSON(), nullable=False),
        sa.Column("dateless_days", sa.JSON(), nullable=False),
        sa.Column("creation_days", sa.Integer(), nullable=False),
        sa.Column("creation_base", sa.String(length=8), nullable=False),
        sa.Column("closed_weekdays", sa.JSON(), nullable=False),
        sa.Column("closed_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("cycles_offered", sa.JSON(), nullable=False),
        sa.Column("payment_methods", sa.JSON(), nullable=False),
        sa.Column("cod_methods_refused", sa.JSON(), nullable=False),
        sa.Column("time_slots", sa.JSON(), nullable=False),
        sa.Column("carries_slot", sa.Boolean(), nullable=False),
        sa.Column("date_window_days", sa.Integer(), nullable=False),
        sa.Column("skips_allowed", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("pauses_longest", sa.Integer(), nullable=True),
        sa.Column("cancel_within_commitment", sa.Boolean(), nullable=False),
        sa.Column("offers_before_cancelling", sa.JSON(), nullable=False),
        sa.Column("authorises", sa.Boolean(), nullable=False),
        sa.Column("gateway", sa.String(length=10), nullable=False),
        sa.Column("status_names", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("card_mails", sa.Boolean(), nullable=False),
        sa.Column("upcoming_days", sa.Integer(), nullable=True),
        sa.Column("tells_generated", sa.Boolean(), nullable=False),
        sa.Column("numbering", sa.String(length=7), nullable=False),
        sa.Column("number_digits", sa.Integer(), nullable=False),
        sa.Column("number_prefix", sa.String(length=10), nullable=False),
        sa.Column("number_hyphen", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("creation_base IN ('ship', 'delivery')", name=op.f("ck_subscription_rules_creation_base")),
        sa.CheckConstraint("generates IN ('us', 'them')", name=op.f("ck_subscription_rules_generates")),
        sa.CheckConstraint("numbering IN ('running', 'prefix', 'date')", name=op.f("ck_subscription_rules_numbering")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_subscription_rules_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_rules")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_subscription_rules_shop_id")),
    )


def drop_subscription_rules() -> None:
    op.drop_table("subscription_rules")


def create_custom_field() -> None:
    op.create_table(
        "custom_field",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=True),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["field_category.id"], name=op.f("fk_custom_field_category_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_custom_field_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field")),
    )
    with op.batch_alter_table("custom_field", schema=None) as batch_op:
        batch_op.create_index(
            "uq_custom_field_name",
            ["category_id", "name"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )


def drop_custom_field() -> None:
    with op.batch_alter_table("custom_field", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_custom_field_name",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
    op.drop_table("custom_field")
