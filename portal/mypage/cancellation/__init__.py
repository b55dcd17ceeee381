"""Cancellation of a subscription."""
