"""What holds at the door: limits, expiry, the second step. Values in, values out."""
