"""The subscription that an order of a file begins."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.importing.orders.beginnings import Beginning
from portal.models import Order, Shipment, Shop, Subscription
from portal.subscriptions.changes import verbs
from portal.subscriptions.changes.verbs import New
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.record.items import Item
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule import Cycle, CycleError, next_delivery
from portal.values.dates import tokyo_date


def begin(
    session: Session, order: Order, begins: Beginning, frame: Frame, *, actor: str, now: datetime
) -> Subscription:
    """Create the subscription with this order as its first. On RefusedError the caller rolls back what was done."""
    shop = session.get_one(Shop, order.shop_id)
    parcel = next(iter(order.shipments), None)
    new = New(
        cycle=begins.cycle,
        next_delivery_on=order.next_delivery_on or _by_the_rule(order, begins, frame),
        items=_items(order, begins),
        details=_details(order, begins, parcel),
        external_number=order.subscription_number,
        first_order=order,
        previous_delivery_on=order.requested_on,
        created_at=order.ordered_at,
    )
    return verbs.create(session, shop, new, frame=frame, actor=actor, now=now)


def _by_the_rule(order: Order, begins: Beginning, frame: Frame) -> date:
    """Return the delivery date after the first one, which is on the requested day, else as soon as the shop can."""
    soonest = tokyo_date(order.ordered_at) + timedelta(days=frame.rules.lead_days)
    try:
        return next_delivery(Cycle.parse(begins.cycle), order.requested_on or soonest)
    except CycleError as error:
        raise RefusedError(Refusal.CYCLE, "cycle") from error


def _items(order: Order, begins: Beginning) -> list[Item]:
    """Return the order's lines as items. Lines that take something off are left out: they belong to the first order."""
    return [
        Item(
            name=line.name,
            product_code=line.product_code,
            quantity=line.quantity,
            first_price=line.unit_price,
            later_price=begins.later_prices.get((line.product_code, line.name), line.unit_price),
            tax_rate=line.tax_rate,
        )
        for line in order.lines
        if line.unit_price >= 0
    ]


def _details(order: Order, begins: Beginning, parcel: Shipment | None) -> Wanted:
    goes_elsewhere = bool(order.recipient_name and order.recipient_address)
    details = Wanted(
        customer_number=begins.customer_number,
        buyer_name=order.buyer_name,
        buyer_kana=order.buyer_kana,
        phone=order.phone,
        email=order.email,
        postcode=order.postcode,
        prefecture=order.prefecture,
        address=order.address,
        delivery_to="own" if goes_elsewhere else "buyer",
        payment_method=order.payment_method,
        shipping_fee=order.shipping_fee,
        payment_fee=order.payment_fee,
        carrier=parcel.carrier if parcel else "",
        delivery_method=parcel.service if parcel else "",
        time_slot=order.time_slot,
    )
    if goes_elsewhere:
        details |= Wanted(
            recipient_name=order.recipient_name,
            recipient_kana=order.recipient_kana,
            recipient_phone=order.recipient_phone,
            recipient_postcode=order.recipient_postcode,
            recipient_prefecture=order.recipient_prefecture,
            recipient_address=order.recipient_address,
        )
    return details
