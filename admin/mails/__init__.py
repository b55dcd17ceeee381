"""Mails that were sent, and a shop's own mail texts."""
