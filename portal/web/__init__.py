"""What every request passes, and what both blueprints share: forms' fields, redirects, looks, headers."""
