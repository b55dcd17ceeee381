"""What payment words and states mean. Values in, values out."""
