"""Receipts, statements, delivery notes: rules, issuing, renditions."""
