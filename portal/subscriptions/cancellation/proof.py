"""解約の受付書: the paper about a cancellation, made from what was frozen with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.access.rules.contact import Person
from portal.models import Order, Rendition, Shop, SubscriptionChange
from portal.receipts import renditions
from portal.receipts.documents import CancellationDocument, Issuer, Party
from portal.subscriptions.cancellation import by_buyer

KIND = "cancellation"


def draft(shop: Shop, receipt: SubscriptionChange, buyer: Person) -> CancellationDocument:
    """Return the paper's content. The caller masks `buyer` for anyone who has not taken the second step."""
    return CancellationDocument(
        number=receipt.number,
        received_at=receipt.at,
        cancellation=by_buyer.frozen(receipt),
        buyer=Party(buyer.name, buyer.postcode, (buyer.address,) if buyer.address else (), buyer.phone),
        issuer=Issuer(
            name=shop.issuer_name or shop.name,
            address=tuple(part for part in (_postcode(shop), shop.issuer_address) if part),
            # Questions go to the shop's contact, if it has one.
            phone=shop.contact_phone or shop.issuer_phone,
            email=shop.contact_email or shop.issuer_email,
            logo=shop.logo_key,
        ),
    )


def request(
    session: Session, shop: Shop, order: Order, receipt: SubscriptionChange, buyer: Person, *, now: datetime
) -> Rendition:
    """Request the paper as a PDF. `order`: the one through which the buyer came."""
    document = draft(shop, receipt, buyer).to_dict()
    return renditions.request(session, shop_id=shop.id, order_id=order.id, kind=KIND, document=document, now=now)


def file_name(number: str) -> str:
    return f"{number}_解約の受付書.pdf"


def _postcode(shop: Shop) -> str:
    return f"〒{shop.issuer_postcode}" if shop.issuer_postcode else ""
