"""Cards: registering, choosing and deleting them; retrying a refused payment."""
