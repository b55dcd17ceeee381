"""Mails: their contents, a shop's own texts, the outbox and its delivery."""
