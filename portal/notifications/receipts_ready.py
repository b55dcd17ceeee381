"""領収書ができました: the shop has issued receipts, and they can be taken in MyPage."""

from collections.abc import Sequence
from typing import Any


def context(*, order_url: str, numbers: Sequence[str]) -> dict[str, Any]:
    """Return what the mail prints, with `numbers` as on the receipts.

    Addressees and amounts are left out: they are shown only after the buyer has logged in.
    """
    return {"order_url": order_url, "numbers": list(numbers)}
