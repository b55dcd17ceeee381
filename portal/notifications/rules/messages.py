"""Mails that buyers get, and those whose words a shop may replace."""

MESSAGES = (
    *("order_received", "shipped", "receipt_file", "receipts_ready"),
    *("order_generated", "upcoming_delivery", "subscription_changed", "subscription_canceled"),
    *("payment_failed", "card_expiring", "card_expired"),
    *("order_link", "request_answered", "login_code"),
)
"""Folders under templates/mail whose words a shop may replace, in the order in which staff see them."""
SECRET = frozenset({"login_code"})
"""Messages whose body only their reader may see."""
TEST = "test"
TEST_MARK = "【テスト】"
