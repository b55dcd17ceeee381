"""Cancellation by the buyer, at once or as a request: the offer before it, its proof and its mails."""
