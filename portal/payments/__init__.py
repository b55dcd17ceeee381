"""Payments: methods, states, cards, and what payment companies are asked."""
