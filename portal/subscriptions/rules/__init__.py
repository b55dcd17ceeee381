"""Rules for subscriptions: states, what buyers may change, what a shop may set. Pure: values in, values out."""
