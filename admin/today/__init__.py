"""The staff's first pages: the choice of a shop, and what needs a person today."""
