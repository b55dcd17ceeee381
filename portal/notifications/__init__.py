"""Which mail for which event; the outbox."""
