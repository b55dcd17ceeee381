"""定期受注: when the next order is due, what it contains, and what people change about it."""
