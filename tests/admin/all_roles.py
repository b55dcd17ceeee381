"""The role that each page of the staff needs, to compare with the marks in the code.

A new page is added here first.
"""

ANYONE = """
show_forgotten show_login show_login_code show_new_password choose_password send_password_link sign_in take_login_code
"""
MEMBER = """
show_account show_new_app show_password show_shops show_totp change_password confirm_new_app end_other_sessions
end_session move_totp prove_totp rename_account renew_recovery_codes sign_out turn_totp_off
"""
VIEWER = """
open_receipt open_return_invoice show_bundles show_delivery_note show_import show_imports show_issued_receipts
show_ledger show_locks show_paper show_papers show_mail show_mail_letter show_mail_text show_mail_texts show_mails show_order show_orders
show_picture show_receipt show_request show_requests show_statement show_today show_trial_colours open_as_buyer
preview_mail_letter preview_mail_text
show_late_subscriptions show_planned_orders show_run show_runs show_subscription show_subscription_deliveries
show_subscription_history show_subscription_items show_subscriptions show_cards
"""
OPERATOR = """
confirm_cancellation confirm_order_link confirm_return refused_rows show_buyer show_custom_receipts show_payment
new_payment new_refund
show_printed_receipt show_rates answer_request apply_import arrange_custom_receipts bundle_orders cancel_import
cancel_order choose_import_mapping correct_order_buyer decide_payment enter_payment enter_refund withdraw_money decline_bundle end_order_sessions grant_receipt
hold_order issue_custom_receipts issue_return_invoice mail_return_invoice lift_lock print_receipt read_custom_receipts release_code
resume_order retry_mail return_order send_order_link set_order_rates settle_attention settle_import settle_mail settle_request
confirm_requested_cancellation carry_out_requested_cancellation
take_mail_as_sent tell_of_receipts try_import unlock_order upload_import void_receipt void_return_invoice
withdraw_return
change_subscription clear_subscription_attention confirm_late_orders confirm_late_subscriptions confirm_next_order
confirm_subscription_move erase_answers flag_subscription label_subscription make_next_order move_subscription
preview_subscription_change recount_subscription retry_subscription_payment save_answers show_answers show_late_orders
show_subscription_change show_subscription_marks show_card_mails send_card_mails skip_delivery unskip_delivery
"""
MANAGER = """
download_export edit_import_mapping show_audit show_export show_exports show_member show_members show_payment_words
show_pictures show_section show_settings show_tax show_waiting_orders change_payment_words
change_product_rate change_role change_section change_tax export_ledger export_papers fill_address invite_again invite_member
preview_section put_lines put_picture put_product_rate remove_import_mapping remove_member remove_picture
remove_product_rate reset_mail_text save_import_mapping save_mail_text send_test_mail switch_mail
try_payment_words show_taught_words change_taught_words run_now export_generated_orders export_subscriptions
show_subscription_settings show_subscription_section change_subscription_section preview_subscription_section
close_days open_days show_labels add_label rename_label confirm_label_removal remove_label
show_offered_items add_offered_item show_offered_item change_offered_item move_offered_item retire_offered_item
show_stop_reasons add_stop_reason retire_stop_reason offer_stop_reason
show_custom_fields add_field_category show_field_category change_field_category move_field_category
confirm_category_removal remove_field_category show_new_custom_field add_custom_field show_custom_field
change_custom_field move_custom_field confirm_field_removal remove_custom_field
"""
ROLES = {
    name: role
    for role, names in (
        ("anyone", ANYONE),
        ("member", MEMBER),
        ("viewer", VIEWER),
        ("operator", OPERATOR),
        ("manager", MANAGER),
    )
    for name in names.split()
}
RANKS = ("viewer", "operator", "manager")
