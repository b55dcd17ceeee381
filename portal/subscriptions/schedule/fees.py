"""What shipping and payment cost every order, by the shop's tables. Pure; integer yen, tax included.

What the shop has not put down stays as it is: staff may have agreed on it with the buyer. The perk is no part of it:
`amounts.Fees.shipping_charged` takes it off, never below 0.
"""

from collections.abc import Mapping

OTHERS = ""
"""Key of all prefectures that have no fee of their own."""


def shipping_fee(prefecture: str, table: Mapping[str, int], standing: int) -> int:
    """`table`: `SubscriptionRules.shipping_fees`; `standing`: what it costs now."""
    return table.get(prefecture, table.get(OTHERS, standing))


def payment_fee(method: str, table: Mapping[str, int], standing: int) -> int:
    """`method`: the shop's words, as in `SubscriptionRules.payment_fees`."""
    return table.get(method, standing)
