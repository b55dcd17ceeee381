"""お支払いのご確認のお願い: a payment was refused when the order was made, or when it had been shipped."""

from typing import Any

from portal.values.money import format_yen

EXPIRED = frozenset({"expired_card"})
DEFERRED = "deferred_"


def cause_of(code: str) -> str:
    """Translate the company's code or ours into what helps the buyer: expired, no_card, no_consent, deferred or other."""
    if code in EXPIRED:
        return "expired"
    if code in ("no_card", "no_consent"):
        return code
    return "deferred" if code.startswith(DEFERRED) else "other"


def context(*, order_url: str, amount: int, method: str, code: str, agreement: str, is_shipped: bool) -> dict[str, Any]:
    """Return what the mail prints. `agreement`: number of the agreement at the wallet, empty if there is none."""
    return {
        "order_url": order_url,
        "amount": format_yen(amount),
        "payment_method": method,
        "cause": cause_of(code),
        "agreement": agreement,
        "is_shipped": is_shipped,
    }
