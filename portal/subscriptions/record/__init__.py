"""What a subscription is: its facts, states, items, numbers, history and the shop's rules it lives under."""
