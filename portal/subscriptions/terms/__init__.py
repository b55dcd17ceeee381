"""What a shop has set for its subscriptions: labels, reasons, custom fields, closed days, goods on offer."""
