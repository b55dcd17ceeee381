"""Making the due orders, each cycle once."""
