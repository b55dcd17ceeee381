"""Cards: registered, chosen and deleted; a refused payment paid again."""
