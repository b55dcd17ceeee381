"""Files in: orders, shipping results and subscriptions."""
