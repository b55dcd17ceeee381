"""A buyer's changes to a subscription: a form for each kind, the preview, and the receipt."""
