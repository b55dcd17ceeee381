"""Cancelling a subscription."""
