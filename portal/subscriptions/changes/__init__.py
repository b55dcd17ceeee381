"""Changes of a subscription by buyers and staff: previewed first, then carried out."""
