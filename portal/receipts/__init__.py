"""Receipts, purchase statements and delivery notes: rules, issuing and PDFs."""
