"""Shops and the tax rates of their products."""

import sqlalchemy as sa
from alembic import op


def create_shop() -> None:
    op.create_table(
        "shop",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("login_element", sa.String(length=10), nullable=False),
        sa.Column("derive_readings", sa.Boolean(), nullable=False),
        sa.Column("access_days", sa.Integer(), nullable=True),
        sa.Column("second_step", sa.JSON(), nullable=False),
        sa.Column("receipts_allowed", sa.Boolean(), nullable=False),
        sa.Column("receipt_policy", sa.String(length=10), nullable=False),
        sa.Column("marketplace_receipts", sa.Boolean(), nullable=False),
        sa.Column("delivery_notes_allowed", sa.Boolean(), nullable=False),
        sa.Column("default_proviso", sa.String(length=100), nullable=False),
        sa.Column("rounding", sa.String(length=10), nullable=False),
        sa.Column("points_mode", sa.String(length=10), nullable=False),
        sa.Column("default_tax_rate", sa.Integer(), nullable=True),
        sa.Column("fee_tax_rate", sa.Integer(), nullable=True),
        sa.Column("payment_words", sa.JSON(), nullable=False),
        sa.Column("issuer_name", sa.String(length=100), nullable=False),
        sa.Column("issuer_postcode", sa.String(length=8), nullable=False),
        sa.Column("issuer_address", sa.String(length=200), nullable=False),
        sa.Column("issuer_phone", sa.String(length=20), nullable=False),
        sa.Column("issuer_email", sa.String(length=254), nullable=False),
        sa.Column("registration_number", sa.String(length=14), nullable=False),
        sa.Column("logo_key", sa.String(length=200), nullable=True),
        sa.Column("seal_key", sa.String(length=200), nullable=True),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("contact_hours", sa.String(length=60), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_url", sa.String(length=300), nullable=False),
        sa.Column("site_url", sa.String(length=300), nullable=False),
        sa.Column("notice_addresses", sa.JSON(), nullable=False),
        sa.Column("mail_from", sa.String(length=254), nullable=False),
        sa.Column("tells_orders_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("bundling", sa.Boolean(), nullable=False),
        sa.Column("totp_demanded", sa.Boolean(), nullable=False),
        sa.Column("settings_version", sa.Integer(), nullable=False),
        sa.Column("rates_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT (platform = 'rakuten' AND login_element = 'phone')", name=op.f("ck_shop_rakuten_logs_in_by_name")
        ),
        sa.CheckConstraint("login_element IN ('name', 'phone')", name=op.f("ck_shop_login_element")),
        sa.CheckConstraint("points_mode IN ('discount', 'means')", name=op.f("ck_shop_points_mode")),
        sa.CheckConstraint("receipt_policy IN ('unlimited', 'once', 'reissue')", name=op.f("ck_shop_receipt_policy")),
        sa.CheckConstraint("rounding IN ('down', 'half_up', 'up')", name=op.f("ck_shop_rounding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sa.UniqueConstraint("slug", name=op.f("uq_shop_slug")),
    )


def drop_shop() -> None:
    op.drop_table("shop")


def create_product_tax_rate() -> None:
    op.create_table(
        "product_tax_rate",
        sa.Column("product_code", sa.String(length=100), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_product_tax_rate_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_tax_rate")),
        sa.UniqueConstraint("shop_id", "product_code", name=op.f("uq_product_tax_rate_shop_id_product_code")),
    )


def drop_product_tax_rate() -> None:
    op.drop_table("product_tax_rate")
