"""A shop's settings for subscriptions, and the lists it keeps for them."""
