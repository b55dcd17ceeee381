"""Buyers' access: proof of who they are, links, locks, sessions, the second step."""
