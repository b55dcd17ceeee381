"""Shops, their staff, the audit log, and buyers' sessions, logins and requests."""

import sqlalchemy as sa

from migrations.first_tables.ground import MOMENT, shop_table, table

table(
    "shop",
    sa.Column("slug", sa.String(40), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("platform", sa.String(20), nullable=False),
    sa.Column("login_element", sa.String(10), nullable=False),
    sa.Column("derive_readings", sa.Boolean(), nullable=False),
    sa.Column("access_days", sa.Integer()),
    sa.Column("second_step", sa.JSON(), nullable=False),
    sa.Column("receipts_allowed", sa.Boolean(), nullable=False),
    sa.Column("receipt_policy", sa.String(10), nullable=False),
    sa.Column("marketplace_receipts", sa.Boolean(), nullable=False),
    sa.Column("delivery_notes_allowed", sa.Boolean(), nullable=False),
    sa.Column("default_proviso", sa.String(100), nullable=False),
    sa.Column("rounding", sa.String(10), nullable=False),
    sa.Column("points_mode", sa.String(10), nullable=False),
    sa.Column("default_tax_rate", sa.Integer()),
    sa.Column("fee_tax_rate", sa.Integer()),
    sa.Column("payment_words", sa.JSON(), nullable=False),
    sa.Column("issuer_name", sa.String(100), nullable=False),
    sa.Column("issuer_postcode", sa.String(8), nullable=False),
    sa.Column("issuer_address", sa.String(200), nullable=False),
    sa.Column("issuer_phone", sa.String(20), nullable=False),
    sa.Column("issuer_email", sa.String(254), nullable=False),
    sa.Column("registration_number", sa.String(14), nullable=False),
    sa.Column("logo_key", sa.String(200)),
    sa.Column("seal_key", sa.String(200)),
    sa.Column("accent", sa.String(7), nullable=False),
    sa.Column("contact_phone", sa.String(20), nullable=False),
    sa.Column("contact_hours", sa.String(60), nullable=False),
    sa.Column("contact_email", sa.String(254), nullable=False),
    sa.Column("contact_url", sa.String(300), nullable=False),
    sa.Column("site_url", sa.String(300), nullable=False),
    sa.Column("notice_addresses", sa.JSON(), nullable=False),
    sa.Column("mail_from", sa.String(254), nullable=False),
    sa.Column("tells_orders_since", MOMENT),
    sa.Column("languages", sa.JSON(), nullable=False),
    sa.Column("bundling", sa.Boolean(), nullable=False),
    sa.Column("totp_demanded", sa.Boolean(), nullable=False),
    sa.Column("settings_version", sa.Integer(), nullable=False),
    sa.Column("rates_said_at", MOMENT),
    sa.CheckConstraint("NOT (platform = 'rakuten' AND login_element = 'phone')", name="rakuten_logs_in_by_name"),
    sa.CheckConstraint("login_element IN ('name', 'phone')", name="login_element"),
    sa.CheckConstraint("points_mode IN ('discount', 'means')", name="points_mode"),
    sa.CheckConstraint("receipt_policy IN ('unlimited', 'once', 'reissue')", name="receipt_policy"),
    sa.CheckConstraint("rounding IN ('down', 'half_up', 'up')", name="rounding"),
    sa.UniqueConstraint("slug"),
)

shop_table(
    "product_tax_rate",
    sa.Column("product_code", sa.String(100), nullable=False),
    sa.Column("rate", sa.Integer(), nullable=False),
    sa.UniqueConstraint("shop_id", "product_code"),
)

table(
    "staff",
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("email_key", sa.String(254), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("totp_sealed", sa.String(300), nullable=False),
    sa.Column("totp_confirmed_at", MOMENT),
    sa.Column("totp_step", sa.Integer(), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("disabled_at", MOMENT),
    sa.UniqueConstraint("email_key"),
)

table(
    "staff_lock",
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("counted_from", MOMENT, nullable=False),
    sa.Column("level", sa.Integer(), nullable=False),
    sa.Column("locked_until", MOMENT),
    sa.UniqueConstraint("subject"),
)

shop_table(
    "membership",
    sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.CheckConstraint("role IN ('viewer', 'operator', 'manager')", name="role"),
    sa.UniqueConstraint("shop_id", "staff_id"),
    sa.Index("ix_membership_staff_id", "staff_id"),
)

table(
    "recovery_code",
    sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("code_digest", sa.String(64), nullable=False),
    sa.Column("used_at", MOMENT),
    sa.UniqueConstraint("staff_id", "code_digest"),
)

table(
    "staff_link",
    sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("token_digest", sa.String(64), nullable=False),
    sa.Column("sent_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=False),
    sa.Column("used_at", MOMENT),
    sa.UniqueConstraint("token_digest"),
    sa.Index("ix_staff_link_staff_id", "staff_id", "sent_at"),
)

table(
    "staff_session",
    sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("token_digest", sa.String(64), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("seen_at", MOMENT, nullable=False),
    sa.Column("ended_at", MOMENT),
    sa.Column("totp_at", MOMENT),
    sa.Column("browser", sa.String(200), nullable=False),
    sa.UniqueConstraint("token_digest"),
    sa.Index("ix_staff_session_staff_id", "staff_id", "ended_at"),
)

shop_table(
    "audit_entry",
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("subject_type", sa.String(30), nullable=False),
    sa.Column("subject_id", sa.Uuid(), nullable=False),
    sa.Column("fields", sa.JSON(), nullable=False),
    sa.Index("ix_audit_entry_action", "shop_id", "action", "at"),
    sa.Index("ix_audit_entry_actor", "shop_id", "actor", "at"),
    sa.Index("ix_audit_entry_at", "shop_id", "at"),
    sa.Index("ix_audit_entry_subject", "shop_id", "subject_type", "subject_id", "at"),
)

shop_table(
    "audit_value",
    sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("audit_entry.id"), nullable=False),
    sa.Column("field", sa.String(60), nullable=False),
    sa.Column("before", sa.Text()),
    sa.Column("after", sa.Text()),
    sa.Index("ix_audit_value_entry_id", "entry_id"),
)

shop_table(
    "buyer_session",
    sa.Column("token_digest", sa.String(64), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("seen_at", MOMENT, nullable=False),
    sa.Column("ended_at", MOMENT),
    sa.Column("opened_by", sa.Uuid(), sa.ForeignKey("staff.id")),
    sa.Column("proved_email_key", sa.String(254), nullable=False),
    sa.UniqueConstraint("token_digest"),
)

shop_table(
    "login_failure",
    sa.Column("code_digest", sa.String(64), nullable=False),
    sa.Column("via", sa.String(4), nullable=False),
    sa.Column("address", sa.String(45), nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Index("ix_login_failure_address", "shop_id", "address", "at"),
    sa.Index("ix_login_failure_code", "shop_id", "code_digest", "via", "at"),
)

shop_table(
    "login_lock",
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("via", sa.String(7), nullable=False),
    sa.Column("locked_until", MOMENT),
    sa.Column("level", sa.Integer(), nullable=False),
    sa.Column("counted_from", MOMENT, nullable=False),
    sa.UniqueConstraint("shop_id", "subject", "via"),
)

shop_table(
    "buyer_request",
    sa.Column("order_id", sa.Uuid(), sa.ForeignKey("order.id"), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("text", sa.String(2000), nullable=False),
    sa.Column("reply_to", sa.String(254), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("answered_at", MOMENT),
    sa.Column("answered_by", sa.String(80), nullable=False),
    sa.Column("answer", sa.String(2000), nullable=False),
    sa.Index("ix_buyer_request_open", "shop_id", "answered_at"),
    sa.Index("ix_buyer_request_order_id", "order_id"),
)

shop_table(
    "login_code",
    sa.Column("session_id", sa.Uuid(), sa.ForeignKey("buyer_session.id"), nullable=False),
    sa.Column("order_id", sa.Uuid(), sa.ForeignKey("order.id"), nullable=False),
    sa.Column("email_key", sa.String(254), nullable=False),
    sa.Column("code_digest", sa.String(64), nullable=False),
    sa.Column("sent_at", MOMENT, nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("used_at", MOMENT),
    sa.Index("ix_login_code_email_key", "shop_id", "email_key", "sent_at"),
    sa.Index("ix_login_code_session_id", "session_id", "sent_at"),
)

shop_table(
    "session_order",
    sa.Column("session_id", sa.Uuid(), sa.ForeignKey("buyer_session.id"), nullable=False),
    sa.Column("order_id", sa.Uuid(), sa.ForeignKey("order.id"), nullable=False),
    sa.Column("proved_at", MOMENT, nullable=False),
    sa.UniqueConstraint("session_id", "order_id"),
    sa.Index("ix_session_order_order_id", "order_id"),
)
