"""Rules for orders: amounts, states, codes, what staff may do. Pure: values in, values out."""
