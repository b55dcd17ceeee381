"""A buyer's changes to a subscription: one form a kind, what will happen, what was done."""
