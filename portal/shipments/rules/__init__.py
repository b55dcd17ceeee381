"""Rules for parcels: carriers, their words, which orders go together. Pure: values in, values out."""
