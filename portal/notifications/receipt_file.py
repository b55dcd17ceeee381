"""領収書をお送りします, and 返還インボイスをお送りします: the stored PDF, attached."""

from typing import Any


def context(*, order_code: str, number: str) -> dict[str, Any]:
    """Return what the mail prints. `number` is printed as on the paper.

    The rendition goes into `attachment_id` of `Mailroom.post`.
    """
    return {"order_code": order_code, "number": number}
