"""Search for orders: the list of orders, newest first, narrowed by what staff typed and chose.

`parse` lists what the typed text could be, `find` gives one page, `count` says how many there are, `exact` the one order with just this number.
"""

from portal.orders.search.filters import Filters, Payment
from portal.orders.search.finding import PAGE, Page, count, exact, find
from portal.orders.search.places import Cursor, Place, read_place
from portal.orders.search.rows import Hit, payment_words
from portal.orders.search.terms import LONGEST, SearchTerms, parse

__all__ = [
    "LONGEST",
    "PAGE",
    "Cursor",
    "Filters",
    "Hit",
    "Page",
    "Payment",
    "Place",
    "SearchTerms",
    "count",
    "exact",
    "find",
    "parse",
    "payment_words",
    "read_place",
]
