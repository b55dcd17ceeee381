"""A shop's settings, with previews."""
