"""Files in: orders and shipping results."""
