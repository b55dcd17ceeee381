"""Orders in: what their rows say, and how it is stored."""
