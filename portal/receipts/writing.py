"""A row of the ledger from a draft: what issuing by the buyer and by staff share."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order, Receipt, Shop
from portal.models.base import new_id
from portal.receipts import ledger, renditions
from portal.receipts.documents import ReceiptDocument
from portal.receipts.rules.counterparty import search_key
from portal.values.dates import tokyo_date

VerifyUrl = Callable[[str], str]
"""Public token → address in the QR code."""


def write_receipt(
    session: Session,
    shop: Shop,
    order: Order,
    draft: ReceiptDocument,
    columns: Mapping[str, object],
    *,
    verify_url: VerifyUrl,
    actor: str,
    now: datetime,
) -> Receipt:
    """Gives number, day of issue and QR address, and asks for the PDF. `columns`: of the row, besides what the paper says.

    The order's lock (`ledger.lock_order`) comes first: then the shop's counter.
    """
    number = ledger.next_number(session, shop.id)
    token = secrets.token_urlsafe(32)
    today = tokyo_date(now)
    document = replace(draft, number=ledger.number_text(number), issued_on=today, verify_url=verify_url(token))
    snapshot = document.to_dict()
    rendition = renditions.request(
        session, shop_id=shop.id, order_id=order.id, kind="receipt", document=snapshot, now=now
    )
    counterparty = document.addressee or order.buyer_name
    receipt = Receipt(
        id=new_id(),
        shop_id=shop.id,
        order_id=order.id,
        number=number,
        issued_at=now,
        issued_on=today,
        transaction_on=document.transaction_on,
        addressee=document.addressee,
        counterparty=counterparty,
        counterparty_key=search_key(counterparty),
        amount=document.amount,
        snapshot=snapshot,
        public_token=token,
        rendition_id=rendition.id,
        **columns,
    )
    session.add(receipt)
    session.flush()
    audit.record(
        session,
        shop_id=shop.id,
        actor=actor,
        action="receipt.reissued" if document.reissue else "receipt.issued",
        subject=("receipt", receipt.id),
        now=now,
        changes={"number": (None, number), "addressee": (None, document.addressee), "amount": (None, document.amount)},
    )
    return receipt
