"""Cards, and what becomes of an order's payment."""
