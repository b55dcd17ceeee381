"""Orders: codes, states, what a page needs of them."""
