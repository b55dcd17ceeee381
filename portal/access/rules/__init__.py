"""Rules of buyers' access: limits, expiry, the second step. The package is pure: values in, values out."""
