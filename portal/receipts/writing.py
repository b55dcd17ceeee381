"""Writing of a ledger row from a draft, shared by issuing by the buyer and by staff."""

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
"""Function that makes the address in the QR code from the public token."""


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
    """Write the receipt with number, day of issue and QR address, and request its PDF.

    `columns`: values of the row that the document does not hold. The caller locks the order (`ledger.lock_order`)
    before: the shop's counter is locked second.
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
    audit.record_about(
        session,
        receipt,
        "receipt.reissued" if document.reissue else "receipt.issued",
        {"number": (None, number), "addressee": (None, document.addressee), "amount": (None, document.amount)},
        actor=actor,
        now=now,
    )
    return receipt
