"""Import of orders: what their rows say, and how it is stored."""
