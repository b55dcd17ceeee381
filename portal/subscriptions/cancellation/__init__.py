"""Cancelling: at once, or as a request; its proof, its mails, the offer before it."""
