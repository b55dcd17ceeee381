"""Subscriptions, their items, addresses, answers and generated orders."""

import sqlalchemy as sa
from alembic import op


def create_generation_run() -> None:
    op.create_table(
        "generation_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_generation_run_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_run")),
        sa.UniqueConstraint("shop_id", "day", name=op.f("uq_generation_run_shop_id_day")),
    )


def drop_generation_run() -> None:
    op.drop_table("generation_run")


def create_listed_address() -> None:
    op.create_table(
        "listed_address",
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("recipient_name", sa.String(length=120), nullable=False),
        sa.Column("recipient_kana", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("prefecture", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_listed_address_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_address")),
    )
    with op.batch_alter_table("listed_address", schema=None) as batch_op:
        batch_op.create_index("ix_listed_address_shop_id_email_key", ["shop_id", "email_key"], unique=False)


def drop_listed_address() -> None:
    with op.batch_alter_table("listed_address", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_address_shop_id_email_key")
    op.drop_table("listed_address")


def create_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("external_number", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("needs_attention", sa.Boolean(), nullable=False),
        sa.Column("attention_reason", sa.String(length=200), nullable=False),
        sa.Column("source_media", sa.String(length=60), nullable=False),
        sa.Column("source_device", sa.String(length=60), nullable=False),
        sa.Column("source_address", sa.String(length=45), nullable=False),
        sa.Column("customer_number", sa.String(length=60), nullable=False),
        sa.Column("buyer_name", sa.String(length=120), nullable=False),
        sa.Column("buyer_kana", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("prefecture", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("delivery_to", sa.String(length=6), nullable=False),
        sa.Column("listed_address_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_name", sa.String(length=120), nullable=False),
        sa.Column("recipient_kana", sa.String(length=120), nullable=False),
        sa.Column("recipient_phone", sa.String(length=40), nullable=False),
        sa.Column("recipient_postcode", sa.String(length=10), nullable=False),
        sa.Column("recipient_prefecture", sa.String(length=10), nullable=False),
        sa.Column("recipient_address", sa.String(length=300), nullable=False),
        sa.Column("payment_method", sa.String(length=100), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("wallet_agreement", sa.String(length=100), nullable=False),
        sa.Column("instalments", sa.Integer(), nullable=False),
        sa.Column("shipping_fee", sa.Integer(), nullable=False),
        sa.Column("cool_fee", sa.Integer(), nullable=False),
        sa.Column("payment_fee", sa.Integer(), nullable=False),
        sa.Column("perk_free_shipping", sa.Boolean(), nullable=False),
        sa.Column("perk_off", sa.Integer(), nullable=False),
        sa.Column("coupon_code", sa.String(length=60), nullable=False),
        sa.Column("coupon", sa.Integer(), nullable=False),
        sa.Column("wrapping", sa.String(length=100), nullable=False),
        sa.Column("points_use", sa.String(length=6), nullable=False),
        sa.Column("points_each", sa.Integer(), nullable=False),
        sa.Column("points_balance", sa.Integer(), nullable=False),
        sa.Column("points_expire_on", sa.Date(), nullable=True),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("carrier_fixed", sa.Boolean(), nullable=False),
        sa.Column("delivery_method", sa.String(length=60), nullable=False),
        sa.Column("time_slot", sa.String(length=40), nullable=False),
        sa.Column("cycle", sa.String(length=20), nullable=False),
        sa.Column("cycle_fixed", sa.Boolean(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("next_creation_on", sa.Date(), nullable=False),
        sa.Column("next_ship_on", sa.Date(), nullable=False),
        sa.Column("next_delivery_on", sa.Date(), nullable=False),
        sa.Column("next_skipped", sa.Boolean(), nullable=False),
        sa.Column("skips_in_a_row", sa.Integer(), nullable=False),
        sa.Column("previous_ship_on", sa.Date(), nullable=True),
        sa.Column("previous_delivery_on", sa.Date(), nullable=True),
        sa.Column("late_until", sa.Date(), nullable=True),
        sa.Column("cycle_number", sa.Integer(), nullable=False),
        sa.Column("orders_made", sa.Integer(), nullable=False),
        sa.Column("purchase_count", sa.Integer(), nullable=False),
        sa.Column("orders_before", sa.Integer(), nullable=False),
        sa.Column("purchases_before", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remaining_orders", sa.Integer(), nullable=True),
        sa.Column("resumed", sa.Boolean(), nullable=False),
        sa.Column("resume_on", sa.Date(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(length=100), nullable=False),
        sa.Column("note_1", sa.Text(), nullable=False),
        sa.Column("note_2", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("search_keys", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_subscription_card_id")),
        sa.ForeignKeyConstraint(
            ["listed_address_id"], ["listed_address.id"], name=op.f("fk_subscription_listed_address_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_subscription_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_card_id", ["card_id"], unique=False)
        batch_op.create_index(
            "ix_subscription_due",
            ["shop_id", "next_creation_on", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'active' AND deleted_at IS NULL"),
            postgresql_where=sa.text("state = 'active' AND deleted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_subscription_resume_on",
            ["resume_on", "shop_id"],
            unique=False,
            sqlite_where=sa.text("resume_on IS NOT NULL"),
            postgresql_where=sa.text("resume_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_subscription_shop_id_attention",
            ["shop_id", "created_at", "id"],
            unique=False,
            sqlite_where=sa.text("needs_attention"),
            postgresql_where=sa.text("needs_attention"),
        )
        batch_op.create_index("ix_subscription_shop_id_created_at", ["shop_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_subscription_shop_id_cycle", ["shop_id", "cycle", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_subscription_shop_id_deleted",
            ["shop_id", "created_at", "id"],
            unique=False,
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.create_index("ix_subscription_shop_id_email_key", ["shop_id", "email_key"], unique=False)
        batch_op.create_index(
            "ix_subscription_shop_id_next_delivery_on", ["shop_id", "state", "next_delivery_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_subscription_shop_id_payment_method", ["shop_id", "payment_method", "created_at", "id"], unique=False
        )
        batch_op.create_index("ix_subscription_shop_id_state", ["shop_id", "state", "created_at", "id"], unique=False)
        batch_op.create_index(
            "uq_subscription_external_number",
            ["shop_id", "external_number"],
            unique=True,
            sqlite_where=sa.text("external_number <> ''"),
            postgresql_where=sa.text("external_number <> ''"),
        )
        batch_op.create_index(
            "uq_subscription_number",
            ["shop_id", "number"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )


def drop_subscription() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_subscription_number",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_subscription_external_number",
            sqlite_where=sa.text("external_number <> ''"),
            postgresql_where=sa.text("external_number <> ''"),
        )
        batch_op.drop_index("ix_subscription_shop_id_state")
        batch_op.drop_index("ix_subscription_shop_id_payment_method")
        batch_op.drop_index("ix_subscription_shop_id_next_delivery_on")
        batch_op.drop_index("ix_subscription_shop_id_email_key")
        batch_op.drop_index(
            "ix_subscription_shop_id_deleted",
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_subscription_shop_id_cycle")
        batch_op.drop_index("ix_subscription_shop_id_created_at")
        batch_op.drop_index(
            "ix_subscription_shop_id_attention",
            sqlite_where=sa.text("needs_attention"),
            postgresql_where=sa.text("needs_attention"),
        )
        batch_op.drop_index(
            "ix_subscription_resume_on",
            sqlite_where=sa.text("resume_on IS NOT NULL"),
            postgresql_where=sa.text("resume_on IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_subscription_due",
            sqlite_where=sa.text("state = 'active' AND deleted_at IS NULL"),
            postgresql_where=sa.text("state = 'active' AND deleted_at IS NULL"),
        )
        batch_op.drop_index("ix_subscription_card_id")
    op.drop_table("subscription")


def create_custom_answer() -> None:
    op.create_table(
        "custom_answer",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["custom_field.id"], name=op.f("fk_custom_answer_field_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_custom_answer_shop_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_custom_answer_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_answer")),
        sa.UniqueConstraint(
            "subscription_id", "field_id", "position", name=op.f("uq_custom_answer_subscription_id_field_id_position")
        ),
    )


def drop_custom_answer() -> None:
    op.drop_table("custom_answer")


def create_subscription_item() -> None:
    op.create_table(
        "subscription_item",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_code", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("first_price", sa.Integer(), nullable=False),
        sa.Column("later_price", sa.Integer(), nullable=False),
        sa.Column("tax_rate", sa.Integer(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("commitment_count", sa.Integer(), nullable=False),
        sa.Column("bundled_gift", sa.Boolean(), nullable=False),
        sa.Column("cycles", sa.JSON(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_subscription_item_shop_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_subscription_item_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_item")),
        sa.UniqueConstraint("subscription_id", "position", name=op.f("uq_subscription_item_subscription_id_position")),
    )


def drop_subscription_item() -> None:
    op.drop_table("subscription_item")


def create_subscription_labelling() -> None:
    op.create_table(
        "subscription_labelling",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["subscription_label.id"], name=op.f("fk_subscription_labelling_label_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_subscription_labelling_shop_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_subscription_labelling_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_labelling")),
        sa.UniqueConstraint(
            "subscription_id", "label_id", name=op.f("uq_subscription_labelling_subscription_id_label_id")
        ),
    )
    with op.batch_alter_table("subscription_labelling", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_labelling_label_id", ["label_id", "subscription_id"], unique=False)


def drop_subscription_labelling() -> None:
    with op.batch_alter_table("subscription_labelling", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_labelling_label_id")
    op.drop_table("subscription_labelling")


def create_subscription_occurrence() -> None:
    op.create_table(
        "subscription_occurrence",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("cycle_number", sa.Integer(), nullable=False),
        sa.Column("delivery_on", sa.Date(), nullable=False),
        sa.Column("ship_on", sa.Date(), nullable=False),
        sa.Column("creation_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_subscription_occurrence_order_id")),
        sa.ForeignKeyConstraint(["run_id"], ["generation_run.id"], name=op.f("fk_subscription_occurrence_run_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_subscription_occurrence_shop_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_subscription_occurrence_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_occurrence")),
        sa.UniqueConstraint(
            "subscription_id", "anchor_on", name=op.f("uq_subscription_occurrence_subscription_id_anchor_on")
        ),
    )
    with op.batch_alter_table("subscription_occurrence", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_occurrence_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_subscription_occurrence_run_id", ["run_id"], unique=False)


def drop_subscription_occurrence() -> None:
    with op.batch_alter_table("subscription_occurrence", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_occurrence_run_id")
        batch_op.drop_index("ix_subscription_occurrence_order_id")
    op.drop_table("subscription_occurrence")
