"""お店からのご返事: what staff write back to a buyer's request."""

from typing import Any


def context(*, order_code: str, order_url: str, kind: str, asked: str, answer: str) -> dict[str, Any]:
    """`kind` is an `access.requests.RequestKind`; `asked` what the buyer wrote, empty where the kind said it all."""
    return {"order_code": order_code, "order_url": order_url, "kind": kind, "asked": asked, "answer": answer}
