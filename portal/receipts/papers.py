"""購入明細書 and 納品書 of an order as it stands today, rendered on request, kept as given and never numbered."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules.contact import Person, ShownContact
from portal.access.rules.gifts import goes_to_another
from portal.models import Order, Rendition, Shop, Subscription
from portal.receipts.documents import Cycle, DeliveryNoteDocument, DocumentLine, Parcel, Party, StatementDocument
from portal.receipts.drafting import (
    amounts_of,
    document_lines,
    issuer,
    live_parcels,
    product_lines,
    rate_rows,
    transaction_on,
    untaxed_of,
)
from portal.receipts.given import Facts, give
from portal.receipts.rules.permissions import StatementState, all_shipped, statement_state
from portal.shipments.rules.carriers import carrier
from portal.values.dates import tokyo_date
from portal.values.tax import PointsMode


def draft_statement(
    shop: Shop, order: Order, shown: ShownContact, today: date, cycle: Cycle | None = None
) -> StatementDocument:
    on = _day_of(order)
    amounts = amounts_of(shop, order)
    shipments = [parcel.status for parcel in order.shipments]
    state = statement_state(order_state=order.status, shipments=shipments)
    # After a return the number stays: the return invoice corrects the statement.
    is_invoice = state is not StatementState.CANCELED and all_shipped(shipments)
    if state is StatementState.NOT_SHIPPED and not shop.registration_number:
        state = StatementState.STANDS
    return StatementDocument(
        order_code=order.code,
        issued_on=today,
        ordered_on=tokyo_date(order.ordered_at),
        buyer=_party(shown.buyer, masked=shown.masked),
        delivery=None if shown.recipient_is_buyer else _party(shown.recipient, masked=shown.masked),
        issuer=issuer(shop, registered=is_invoice and amounts.settlement is not None),
        lines=product_lines(order, on),
        subtotal=amounts.subtotal,
        shipping=order.shipping_fee,
        fees=order.payment_fee + order.other_fee,
        discount=order.discount + order.coupon,
        points=order.points_used,
        mall_coupon=order.mall_coupon,
        points_as_payment=shop.points_mode == PointsMode.MEANS,
        total=order.total,
        rates=rate_rows(amounts.settlement, shop, on, untaxed_of(order)) if amounts.settlement else (),
        payment_words=order.payment_method,
        shipped_on=tuple(sorted({parcel.shipped_on for parcel in live_parcels(order) if parcel.shipped_on})),
        state=state.value,
        cycle=cycle,
    )


def draft_delivery_note(
    shop: Shop, order: Order, shown: ShownContact, today: date, cycle: Cycle | None = None
) -> DeliveryNoteDocument:
    on = _day_of(order)
    # Whoever gets a present is not to read what it cost.
    has_amounts = shop.gift_amounts or not goes_to_another(order)
    return DeliveryNoteDocument(
        order_code=order.code,
        issued_on=today,
        ordered_on=tokyo_date(order.ordered_at),
        delivery=_party(shown.recipient, masked=shown.masked),
        issuer=issuer(shop, registered=False),
        lines=document_lines(shop, order, on) if has_amounts else _goods(order),
        total=order.total if has_amounts else None,
        buyer_name="" if shown.recipient_is_buyer else order.buyer_name,
        parcels=tuple(
            Parcel(carrier(parcel.carrier).name if parcel.carrier else "", parcel.tracking_number, parcel.shipped_on)
            for parcel in live_parcels(order)
        ),
        cycle=cycle,
    )


def request_statement(session: Session, shop: Shop, order: Order, shown: ShownContact, now: datetime) -> Rendition:
    paper = draft_statement(shop, order, shown, tokyo_date(now), cycle_of(session, order))
    facts = Facts(_day_of(order), paper.total, paper.buyer.name)
    return give(session, order, kind="statement", document=paper.to_dict(), facts=facts, now=now)


def request_delivery_note(session: Session, shop: Shop, order: Order, shown: ShownContact, now: datetime) -> Rendition:
    paper = draft_delivery_note(shop, order, shown, tokyo_date(now), cycle_of(session, order))
    facts = Facts(_day_of(order), paper.total, order.buyer_name)
    return give(session, order, kind="delivery_note", document=paper.to_dict(), facts=facts, now=now)


def cycle_of(session: Session, order: Order) -> Cycle | None:
    """Return the cycle as it was when the order was made; later changes do not appear on its papers.

    The number is ours, as on the buyer's pages; a number that another system gave stands only in the admin.
    """
    ours = select(Subscription.number).filter_by(id=order.subscription_id)
    number = session.scalar(ours) if order.subscription_id else order.subscription_number
    return Cycle(number, order.cycle_number, order.next_delivery_on) if number else None


def _day_of(order: Order) -> date:
    return transaction_on(order) or tokyo_date(order.ordered_at)


def _goods(order: Order) -> tuple[DocumentLine, ...]:
    return tuple(DocumentLine(line.name, quantity=line.quantity) for line in order.lines)


def _party(person: Person, *, masked: bool) -> Party:
    """Return who is named on the paper, without address and phone rather than with masked ones, which look broken."""
    if masked:
        return Party(name=person.name)
    address = (person.address,) if person.address else ()
    return Party(name=person.name, postcode=person.postcode, address=address, phone=person.phone)
