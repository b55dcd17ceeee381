"""A buyer's subscriptions: the list, the page, the calendar file."""
