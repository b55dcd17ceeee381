"""Tables that can be written to a file. A kind counts its rows and reads them a chunk at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.exports import generated_orders, ledger, papers, subscriptions
from portal.models import Export

Cell = str | int | None


@dataclass(frozen=True)
class Kind:
    file_name: str
    """Name without day and suffix."""
    header: Sequence[str]
    total: Callable[[Session, Export], int]
    chunk: Callable[[Session, Export, int], tuple[list[list[Cell]], str]]
    """Function that returns at most so many rows after `export.cursor`, and the cursor after the last of them."""


KINDS: Mapping[str, Kind] = {
    "generated_orders": Kind("定期受注の注文", generated_orders.HEADER, generated_orders.total, generated_orders.chunk),
    "subscriptions": Kind("定期購入", subscriptions.HEADER, subscriptions.total, subscriptions.chunk),
    "papers": Kind("お渡しした書類", papers.HEADER, papers.total, papers.chunk),
    "ledger": Kind("領収書台帳", ledger.HEADER, ledger.total, ledger.chunk),
}
