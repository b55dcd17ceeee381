"""The order's page, its pictures, and the one way from a request to an order."""
