"""Orders: the search, the order's page, what can be done with one."""
