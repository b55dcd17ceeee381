"""What shipping and payment add to every order, by the shop's tables, in integer yen with tax included.

If the shop has set no fee, the fee stays as it is: staff may have agreed on it with the buyer. The perk is not part of
it: `amounts.Fees.shipping_charged` takes it off, down to 0.
"""

from collections.abc import Mapping

OTHERS = ""
"""Key of the fee for all prefectures that have none of their own."""


def shipping_fee(prefecture: str, table: Mapping[str, int], standing: int) -> int:
    """Return the shipping fee to the prefecture, or `standing` (the present fee) if the shop has set none.

    `table`: `SubscriptionRules.shipping_fees`.
    """
    return table.get(prefecture, table.get(OTHERS, standing))


def payment_fee(method: str, table: Mapping[str, int], standing: int) -> int:
    """Return the fee of the payment method, or `standing` (the present fee) if the shop has set none.

    `method`: the shop's words, as in `table`, which is `SubscriptionRules.payment_fees`.
    """
    return table.get(method, standing)
