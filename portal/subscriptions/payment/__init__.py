"""Payment of subscriptions: their cards, the payment of their orders, and what happens when it is refused."""
