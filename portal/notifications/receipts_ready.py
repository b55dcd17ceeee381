"""領収書ができました: the shop has issued receipts, and they can be taken in MyPage."""

from collections.abc import Sequence
from typing import Any


def context(*, order_url: str, numbers: Sequence[str]) -> dict[str, Any]:
    """`numbers` as the receipts print them. No addressees and no amounts: they stand behind the door."""
    return {"order_url": order_url, "numbers": list(numbers)}
