"""Login and proof of identity: the order's link or code, the e-mailed code, staff visits, the link sent again."""
