"""Tables of migration 0001, frozen as they were then: later changes are later migrations."""

from migrations.first_tables import exchange, orders, shops, subscriptions
from migrations.first_tables.ground import TABLES
