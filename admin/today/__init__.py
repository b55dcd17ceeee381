"""The way in, and what needs a person today."""
