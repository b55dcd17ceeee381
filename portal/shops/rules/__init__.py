"""What a shop may set. Values in, values out."""
