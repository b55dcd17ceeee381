"""確認コード: the six digits of the second step."""

from typing import Any


def context(*, code: str, order_code: str) -> dict[str, Any]:
    """Return what the mail prints.

    `code`: six digits. They are stored nowhere else in plain text, so the mail's body is blanked when they expire.
    """
    return {"code": code, "order_code": order_code}
