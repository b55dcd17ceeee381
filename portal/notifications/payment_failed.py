"""お支払いのご確認のお願い: a payment was refused when the order was made, or when it had been shipped."""

from typing import Any

from portal.values.money import format_yen

EXPIRED = frozenset({"expired_card"})
NO_CARD = frozenset({"no_card"})
DEFERRED = "deferred_"


def context(*, order_url: str, amount: int, method: str, code: str, agreement: str, is_shipped: bool) -> dict[str, Any]:
    """`code` is the payment company's or ours; the buyer is told only what helps. `agreement`: at the wallet."""
    if code in EXPIRED:
        cause = "expired"
    elif code in NO_CARD:
        cause = "no_card"
    else:
        cause = "deferred" if code.startswith(DEFERRED) else "other"
    return {
        "order_url": order_url,
        "amount": format_yen(amount),
        "payment_method": method,
        "cause": cause,
        "agreement": agreement,
        "is_shipped": is_shipped,
    }
