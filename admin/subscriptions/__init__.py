"""Subscriptions: the search, the page, every change, runs, late orders, cards."""
