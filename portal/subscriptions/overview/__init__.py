"""Subscriptions as they are looked at: search, what comes next, what was made, what happened."""
