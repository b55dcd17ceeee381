"""確認コード: the six digits of the second step."""

from typing import Any


def context(*, code: str, order_code: str) -> dict[str, Any]:
    """`code`: six digits. It is stored nowhere else in plain, so the body of this mail is blanked when it is over."""
    return {"code": code, "order_code": order_code}
