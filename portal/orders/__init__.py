"""Orders: what happens to them, their amounts, their page and the search for them."""
