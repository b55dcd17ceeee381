"""Views of subscriptions: the search for them, their summary, coming deliveries, orders made, and timeline."""
