"""Receipts that staff issue, and the ledger."""
