"""What every request passes through, and what both blueprints share: form fields, redirects, look, headers."""
