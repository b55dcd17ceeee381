"""Receipts, statements and delivery notes as buyers take them, and the page behind a receipt's QR code."""
