"""お店からのご返事: the staff's answer to a buyer's request."""

from typing import Any


def context(*, order_code: str, order_url: str, kind: str, asked: str, answer: str) -> dict[str, Any]:
    """Return what the mail prints.

    `kind` is an `access.requests.RequestKind`; `asked` is what the buyer wrote, empty if the kind said it all.
    """
    return {"order_code": order_code, "order_url": order_url, "kind": kind, "asked": asked, "answer": answer}
