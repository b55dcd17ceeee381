"""Mails that buyers get, and those whose words a shop may replace."""

MESSAGES = (
    *("order_received", "order_canceled", "shipped", "delivery_attempted", "receipt_file", "receipts_ready"),
    "return_invoice",
    *("order_generated", "upcoming_delivery", "subscription_changed", "subscription_canceled"),
    *("payment_failed", "card_expiring", "card_expired"),
    *("order_link", "request_received", "request_answered", "login_code"),
)
"""Folders under templates/mail whose words a shop may replace, in the order in which staff see them."""
SWITCHED = {
    "order_received": "tells_orders_since",
    "order_canceled": "tells_cancellations_since",
    "delivery_attempted": "tells_attempts_since",
    "request_received": "tells_requests_since",
}
"""Messages that a shop turns on → column of the shop with the time since then; what was before is never told."""
SECRET = frozenset({"login_code"})
"""Messages whose body only their reader may see."""
TEST = "test"
TEST_MARK = "【テスト】"
