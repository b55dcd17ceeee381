"""What holds for subscriptions: states, what buyers may change, what a shop may set. Values in, values out."""
