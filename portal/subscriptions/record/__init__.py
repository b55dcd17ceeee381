"""The stored subscription: its facts, items, number, history and marks, and the shop's settings that apply to it."""
