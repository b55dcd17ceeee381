"""What holds for orders: amounts, states, codes, what can be done. Values in, values out."""
