"""Orders, their lines, and orders that could go out in one parcel."""

import sqlalchemy as sa
from alembic import op


def create_bundle_candidate() -> None:
    op.create_table(
        "bundle_candidate",
        sa.Column("match_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_bundle_candidate_shipment_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_bundle_candidate_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_candidate")),
    )
    with op.batch_alter_table("bundle_candidate", schema=None) as batch_op:
        batch_op.create_index("ix_bundle_candidate_shop_id_state", ["shop_id", "state", "created_at"], unique=False)
        batch_op.create_index(
            "uq_bundle_candidate_open",
            ["shop_id", "match_key"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def drop_bundle_candidate() -> None:
    with op.batch_alter_table("bundle_candidate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bundle_candidate_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_bundle_candidate_shop_id_state")
    op.drop_table("bundle_candidate")


def create_order() -> None:
    op.create_table(
        "order",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("code_key", sa.String(length=60), nullable=False),
        sa.Column("code_live", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("buyer_name", sa.String(length=120), nullable=False),
        sa.Column("buyer_kana", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("prefecture", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("recipient_name", sa.String(length=120), nullable=False),
        sa.Column("recipient_kana", sa.String(length=120), nullable=False),
        sa.Column("recipient_phone", sa.String(length=40), nullable=False),
        sa.Column("recipient_postcode", sa.String(length=10), nullable=False),
        sa.Column("recipient_prefecture", sa.String(length=10), nullable=False),
        sa.Column("recipient_address", sa.String(length=300), nullable=False),
        sa.Column("payment_method", sa.String(length=100), nullable=False),
        sa.Column("payment_state", sa.String(length=10), nullable=False),
        sa.Column("payment_class", sa.String(length=12), nullable=False),
        sa.Column("shipping_fee", sa.Integer(), nullable=False),
        sa.Column("payment_fee", sa.Integer(), nullable=False),
        sa.Column("other_fee", sa.Integer(), nullable=False),
        sa.Column("fee_rate", sa.Integer(), nullable=True),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("coupon", sa.Integer(), nullable=False),
        sa.Column("points_used", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("subscription_number", sa.String(length=60), nullable=False),
        sa.Column("cycle_number", sa.Integer(), nullable=True),
        sa.Column("next_delivery_on", sa.Date(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("time_slot", sa.String(length=40), nullable=False),
        sa.Column("wrapping", sa.String(length=100), nullable=False),
        sa.Column("note_1", sa.Text(), nullable=False),
        sa.Column("note_2", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("deferred_state", sa.String(length=20), nullable=False),
        sa.Column("next_payment_method", sa.String(length=100), nullable=False),
        sa.Column("authorised", sa.String(length=10), nullable=False),
        sa.Column("buyer_note", sa.Text(), nullable=False),
        sa.Column("needs_attention", sa.String(length=40), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("search_keys", sa.Text(), nullable=False),
        sa.Column("set_by_staff", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_order_shop_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_order_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_authorised",
            ["status", "id"],
            unique=False,
            sqlite_where=sa.text("authorised = 'done'"),
            postgresql_where=sa.text("authorised = 'done'"),
        )
        batch_op.create_index(
            "ix_order_shop_id_attention",
            ["shop_id", "ordered_at"],
            unique=False,
            sqlite_where=sa.text("needs_attention <> ''"),
            postgresql_where=sa.text("needs_attention <> ''"),
        )
        batch_op.create_index(
            "ix_order_shop_id_awaiting",
            ["shop_id"],
            unique=False,
            sqlite_where=sa.text("status = 'awaiting_shipment'"),
            postgresql_where=sa.text("status = 'awaiting_shipment'"),
        )
        batch_op.create_index("ix_order_shop_id_code_key", ["shop_id", "code_key"], unique=False)
        batch_op.create_index("ix_order_shop_id_email_key", ["shop_id", "email_key"], unique=False)
        batch_op.create_index(
            "ix_order_shop_id_needs_attention",
            ["shop_id", "needs_attention"],
            unique=False,
            sqlite_where=sa.text("needs_attention <> ''"),
            postgresql_where=sa.text("needs_attention <> ''"),
        )
        batch_op.create_index("ix_order_shop_id_ordered_at", ["shop_id", "ordered_at", "id"], unique=False)
        batch_op.create_index(
            "ix_order_shop_id_payment_class",
            ["shop_id", "payment_class", "ordered_at", "id"],
            unique=False,
            sqlite_where=sa.text("payment_class <> ''"),
            postgresql_where=sa.text("payment_class <> ''"),
        )
        batch_op.create_index(
            "ix_order_shop_id_payment_method", ["shop_id", "payment_method", "ordered_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_order_shop_id_status",
            ["shop_id", "status", "ordered_at", "id"],
            unique=False,
            sqlite_where=sa.text("status <> 'shipped'"),
            postgresql_where=sa.text("status <> 'shipped'"),
        )
        batch_op.create_index(batch_op.f("ix_order_subscription_id"), ["subscription_id"], unique=False)
        batch_op.create_index(
            "ix_order_subscription_number",
            ["shop_id", "subscription_number"],
            unique=False,
            sqlite_where=sa.text("subscription_id IS NULL AND subscription_number <> ''"),
            postgresql_where=sa.text("subscription_id IS NULL AND subscription_number <> ''"),
        )
        batch_op.create_index(
            "uq_order_shop_id_code_key_live",
            ["shop_id", "code_key"],
            unique=True,
            sqlite_where=sa.text("code_live"),
            postgresql_where=sa.text("code_live"),
        )


def drop_order() -> None:
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_order_shop_id_code_key_live", sqlite_where=sa.text("code_live"), postgresql_where=sa.text("code_live")
        )
        batch_op.drop_index(
            "ix_order_subscription_number",
            sqlite_where=sa.text("subscription_id IS NULL AND subscription_number <> ''"),
            postgresql_where=sa.text("subscription_id IS NULL AND subscription_number <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_order_subscription_id"))
        batch_op.drop_index(
            "ix_order_shop_id_status",
            sqlite_where=sa.text("status <> 'shipped'"),
            postgresql_where=sa.text("status <> 'shipped'"),
        )
        batch_op.drop_index("ix_order_shop_id_payment_method")
        batch_op.drop_index(
            "ix_order_shop_id_payment_class",
            sqlite_where=sa.text("payment_class <> ''"),
            postgresql_where=sa.text("payment_class <> ''"),
        )
        batch_op.drop_index("ix_order_shop_id_ordered_at")
        batch_op.drop_index(
            "ix_order_shop_id_needs_attention",
            sqlite_where=sa.text("needs_attention <> ''"),
            postgresql_where=sa.text("needs_attention <> ''"),
        )
        batch_op.drop_index("ix_order_shop_id_email_key")
        batch_op.drop_index("ix_order_shop_id_code_key")
        batch_op.drop_index(
            "ix_order_shop_id_awaiting",
            sqlite_where=sa.text("status = 'awaiting_shipment'"),
            postgresql_where=sa.text("status = 'awaiting_shipment'"),
        )
        batch_op.drop_index(
            "ix_order_shop_id_attention",
            sqlite_where=sa.text("needs_attention <> ''"),
            postgresql_where=sa.text("needs_attention <> ''"),
        )
        batch_op.drop_index(
            "ix_order_authorised",
            sqlite_where=sa.text("authorised = 'done'"),
            postgresql_where=sa.text("authorised = 'done'"),
        )
    op.drop_table("order")


def create_bundle_order() -> None:
    op.create_table(
        "bundle_order",
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["bundle_candidate.id"], name=op.f("fk_bundle_order_candidate_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_bundle_order_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_bundle_order_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_order")),
        sa.UniqueConstraint("candidate_id", "order_id", name=op.f("uq_bundle_order_candidate_id_order_id")),
    )
    with op.batch_alter_table("bundle_order", schema=None) as batch_op:
        batch_op.create_index("ix_bundle_order_order_id", ["order_id"], unique=False)


def drop_bundle_order() -> None:
    with op.batch_alter_table("bundle_order", schema=None) as batch_op:
        batch_op.drop_index("ix_bundle_order_order_id")
    op.drop_table("bundle_order")


def create_order_line() -> None:
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_code", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("tax_rate", sa.Integer(), nullable=True),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_order_line_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )


def drop_order_line() -> None:
    op.drop_table("order_line")
