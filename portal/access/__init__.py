"""Proving who you are: links, locks, sessions, the second step."""
