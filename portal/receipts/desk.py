"""領収書 on the staff's page of an order: receipts issued, receipts still valid, and the amount left."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.models import Order, Receipt, Shop
from portal.receipts import ledger
from portal.receipts.drafting import most_receipted
from portal.receipts.ledger import State


@dataclass(frozen=True)
class Row:
    receipt: Receipt
    number: str
    state: State


@dataclass(frozen=True)
class ReceiptsSection:
    """Context of templates/admin/receipts/_section.html."""

    rows: tuple[Row, ...]
    """Every row of the ledger by number, voided receipts and 再発行 included."""
    order_amount: int
    issued: int
    """Yen on the live originals."""
    stands: bool
    """Whether any of them is valid."""
    waits_to_tell: bool
    """True if the buyer is to get a mail once everything is shipped."""

    @property
    def rest(self) -> int:
        return self.order_amount - self.issued


def receipts_section(session: Session, shop: Shop, order: Order) -> ReceiptsSection:
    every = select(Receipt).where(Receipt.shop_id == shop.id, Receipt.order_id == order.id)
    receipts = session.scalars(every.order_by(Receipt.number).options(joinedload(Receipt.rendition))).all()
    live = ledger.live(receipts)
    return ReceiptsSection(
        rows=rows_of(receipts, live),
        order_amount=most_receipted(order),
        issued=sum(one.amount for one in live if one.original_id is None),
        stands=bool(live),
        waits_to_tell=any(one.tell_buyer for one in live),
    )


def rows_of(receipts: Sequence[Receipt], live: Sequence[Receipt]) -> tuple[Row, ...]:
    return tuple(Row(one, ledger.number_text(one.number), ledger.state(live, one)) for one in receipts)
