"""Staff: signing in, the authenticator app, the own account, the members of a shop."""
