"""The mails that there are. Pure."""

MESSAGES = ("order_received", "shipped", "receipt_file", "order_link", "login_code")
TEST = "test"
