"""The first tables."""

from migrations.first_tables import (
    access,
    audit,
    exports,
    imports,
    mails,
    orders,
    payments,
    receipts,
    shipments,
    shops,
    staff,
    subscription_settings,
    subscriptions,
)

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    shops.create_shop()
    staff.create_staff()
    staff.create_staff_lock()
    audit.create_audit_entry()
    access.create_buyer_session()
    payments.create_card()
    subscription_settings.create_closed_day()
    exports.create_export()
    subscription_settings.create_field_category()
    subscriptions.create_generation_run()
    subscriptions.create_listed_address()
    access.create_login_failure()
    access.create_login_lock()
    mails.create_mail_text()
    staff.create_membership()
    shops.create_product_tax_rate()
    receipts.create_receipt_counter()
    staff.create_recovery_code()
    shipments.create_shipment()
    imports.create_shop_mapping()
    staff.create_staff_link()
    staff.create_staff_session()
    subscription_settings.create_stop_reason()
    subscription_settings.create_subscription_label()
    subscription_settings.create_subscription_rules()
    audit.create_audit_value()
    orders.create_bundle_candidate()
    subscription_settings.create_custom_field()
    imports.create_import_run()
    subscriptions.create_subscription()
    shipments.create_tracking_event()
    subscriptions.create_custom_answer()
    imports.create_import_row()
    orders.create_order()
    subscriptions.create_subscription_item()
    subscriptions.create_subscription_labelling()
    orders.create_bundle_order()
    access.create_buyer_request()
    access.create_login_code()
    orders.create_order_line()
    shipments.create_order_shipment()
    payments.create_payment_attempt()
    receipts.create_rendition()
    access.create_session_order()
    subscriptions.create_subscription_occurrence()
    mails.create_outbox_mail()
    receipts.create_receipt()
    shipments.create_shipment_item()
    receipts.create_return_invoice()


def downgrade() -> None:
    receipts.drop_return_invoice()
    shipments.drop_shipment_item()
    receipts.drop_receipt()
    mails.drop_outbox_mail()
    subscriptions.drop_subscription_occurrence()
    access.drop_session_order()
    receipts.drop_rendition()
    payments.drop_payment_attempt()
    shipments.drop_order_shipment()
    orders.drop_order_line()
    access.drop_login_code()
    access.drop_buyer_request()
    orders.drop_bundle_order()
    subscriptions.drop_subscription_labelling()
    subscriptions.drop_subscription_item()
    orders.drop_order()
    imports.drop_import_row()
    subscriptions.drop_custom_answer()
    shipments.drop_tracking_event()
    subscriptions.drop_subscription()
    imports.drop_import_run()
    subscription_settings.drop_custom_field()
    orders.drop_bundle_candidate()
    audit.drop_audit_value()
    subscription_settings.drop_subscription_rules()
    subscription_settings.drop_subscription_label()
    subscription_settings.drop_stop_reason()
    staff.drop_staff_session()
    staff.drop_staff_link()
    imports.drop_shop_mapping()
    shipments.drop_shipment()
    staff.drop_recovery_code()
    receipts.drop_receipt_counter()
    shops.drop_product_tax_rate()
    staff.drop_membership()
    mails.drop_mail_text()
    access.drop_login_lock()
    access.drop_login_failure()
    subscriptions.drop_listed_address()
    subscriptions.drop_generation_run()
    subscription_settings.drop_field_category()
    exports.drop_export()
    subscription_settings.drop_closed_day()
    payments.drop_card()
    access.drop_buyer_session()
    audit.drop_audit_entry()
    staff.drop_staff_lock()
    staff.drop_staff()
    shops.drop_shop()
