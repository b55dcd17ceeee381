"""Rules for payments: what their words and states mean. Pure: values in, values out."""
