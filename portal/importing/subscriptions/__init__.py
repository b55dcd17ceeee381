"""Import of subscriptions: what their rows say, and how it is stored."""
