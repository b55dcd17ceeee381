"""The rules for what a shop may set. Pure: values in, values out."""
