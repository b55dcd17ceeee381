"""The list of addresses that a buyer's subscriptions share."""
