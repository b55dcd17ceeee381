"""What holds for parcels: carriers, their words, what goes together. Values in, values out."""
