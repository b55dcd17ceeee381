"""Staff: signing in, the authenticator app, one's own account, the members of a shop."""
