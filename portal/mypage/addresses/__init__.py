"""Addresses that a buyer's subscriptions share: the buyer's own, and the list."""
