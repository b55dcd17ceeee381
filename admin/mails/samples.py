"""Sample data for the preview of a mail text: an order, and the context that the mail would get for it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import current_app, g
from flask_babel import gettext as _
from sqlalchemy import Select, select

from portal.clock import now
from portal.extensions import db
from portal.models import Order, OrderLine, OrderShipment, Receipt, Shipment
from portal.models.base import fill_defaults, new_id
from portal.notifications import (
    card_expiry,
    login_code,
    order_generated,
    order_link,
    payment_failed,
    receipt_file,
    receipts_ready,
    request_answered,
    request_received,
    subscription_canceled,
    subscription_changed,
    upcoming_delivery,
)
from portal.notifications.outbox import Mailroom
from portal.notifications.subscription_canceled import Canceled
from portal.notifications.subscription_changed import Coming, Done
from portal.orders.rules.codes import code_key
from portal.payments import notices as order_notices
from portal.receipts.ledger import number_text
from portal.shipments import notices
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus

LOGIN_CODE = "123456"
A_CHANGE = "261121-7KQ2MX"


def order_by_code(code: str) -> Order | None:
    """Return the shop's order with this code, or None; the live one if the code was used again."""
    mine = select(Order).where(Order.shop_id == g.shop.id, Order.code_key == code_key(code))
    return db.session.scalars(mine.order_by(Order.code_live.desc(), Order.ordered_at.desc()).limit(1)).first()


def newest_order(message: str) -> Order | None:
    """Return the newest order that such a mail could be about, else the newest of all, or None if there is none."""
    newest = select(Order).where(Order.shop_id == g.shop.id).order_by(Order.ordered_at.desc(), Order.id.desc()).limit(1)
    return db.session.scalars(_fitting(newest, message)).first() or db.session.scalars(newest).first()


def _fitting(orders: Select[Order], message: str) -> Select[Order]:
    if message == "shipped":
        linked = select(OrderShipment.order_id).join(Shipment, Shipment.id == OrderShipment.shipment_id)
        return orders.where(
            Order.id.in_(linked.where(Shipment.shop_id == g.shop.id, Shipment.status == ShipmentStatus.SHIPPED))
        )
    if message in ("receipt_file", "receipts_ready", "return_invoice"):
        return orders.where(Order.id.in_(select(Receipt.order_id).where(Receipt.shop_id == g.shop.id)))
    return orders.where(Order.email_key != "")


def invented_order() -> Order:
    """Make an order for a shop without orders; it is stored nowhere."""
    order = Order(
        id=new_id(),
        shop_id=g.shop.id,
        code="A-00001",
        ordered_at=now(),
        buyer_name="見本 花子",
        buyer_kana="ミホン ハナコ",
        email="hanako@example.jp",
        phone="",
        postcode="100-0001",
        prefecture="東京都",
        address="千代田区千代田1-1",
        payment_method="クレジットカード",
        total=3280,
    )
    fill_defaults(order)
    order.lines = [
        OrderLine(shop_id=g.shop.id, position=1, name="見本の商品", quantity=1, unit_price=3280, amount=3280)
    ]
    return order


def context_of(message: str, order: Order, language: str) -> Mapping[str, Any]:
    mailroom: Mailroom = current_app.extensions["mailroom"]
    if message in OF_SUBSCRIPTIONS:
        return OF_SUBSCRIPTIONS[message](message, order, mailroom.order_url(g.shop, order), language)
    return OF_ORDERS[message](mailroom, order)


def _about_parcel(mailroom: Mailroom, order: Order) -> Mapping[str, Any]:
    left = [parcel for parcel in order.shipments if parcel.status == ShipmentStatus.SHIPPED]
    return notices.context_of(mailroom, g.shop, order, left[-1] if left else _no_parcel())


def _about_attempt(mailroom: Mailroom, order: Order) -> Mapping[str, Any]:
    parcel = order.shipments[-1] if order.shipments else _no_parcel()
    return notices.attempted_context(mailroom, g.shop, order, parcel, now())


def _no_parcel() -> Shipment:
    return Shipment(carrier="", service="", tracking_number="", requested_slot="")


def _about_answer(mailroom: Mailroom, order: Order) -> Mapping[str, Any]:
    said = {"asked": _("領収書の宛名を変えられますか。"), "answer": _("はい、注文のページから変えられます。")}
    order_url = mailroom.order_url(g.shop, order)
    return request_answered.context(order_code=order.code, order_url=order_url, kind="receipt", **said)


def _about_request(mailroom: Mailroom, order: Order) -> Mapping[str, Any]:
    order_url = mailroom.order_url(g.shop, order)
    return request_received.context(order_url=order_url, kind="receipt", received_at=now())


def _about_receipts(mailroom: Mailroom, order: Order) -> Mapping[str, Any]:
    return receipts_ready.context(order_url=mailroom.order_url(g.shop, order), numbers=_receipt_numbers(order))


OF_ORDERS: Mapping[str, Callable[[Mailroom, Order], Mapping[str, Any]]] = {
    "order_received": lambda mailroom, order: order_notices.received_context(mailroom, g.shop, order),
    "order_canceled": lambda mailroom, order: order_notices.canceled_context(mailroom, g.shop, order),
    "shipped": _about_parcel,
    "delivery_attempted": _about_attempt,
    "receipt_file": lambda _mailroom, order: receipt_file.context(
        order_code=order.code, number=_receipt_numbers(order)[-1]
    ),
    "receipts_ready": _about_receipts,
    "return_invoice": lambda _mailroom, order: receipt_file.context(
        order_code=order.code, number=f"{_receipt_numbers(order)[-1]}-R1"
    ),
    "order_link": lambda mailroom, order: order_link.context(mailroom, g.shop, [order]),
    "request_received": _about_request,
    "request_answered": _about_answer,
    "login_code": lambda _mailroom, order: login_code.context(code=LOGIN_CODE, order_code=order.code),
}


def _about_delivery(message: str, order: Order, order_url: str, _language: str) -> Mapping[str, Any]:
    number, today = order.subscription_number or "0000000001", tokyo_date(now())
    delivery_on = order.requested_on or today + timedelta(days=14)
    if message == "order_generated":
        next_on = order.next_delivery_on or delivery_on + timedelta(days=30)
        return order_generated.context(
            order_url=order_url, subscription=number, delivery_on=delivery_on, next_on=next_on
        )
    return upcoming_delivery.context(
        buyer=order,
        subscription=number,
        delivery_on=delivery_on,
        items=[f"{line.name} × {line.quantity}" for line in order.lines],
        change_until=today + timedelta(days=7),
        page_url=order_url,
    )


def _about_change(_message: str, order: Order, order_url: str, language: str) -> Mapping[str, Any]:
    """Return the context for a change to a longer cycle, as a buyer would choose it."""
    words = current_app.extensions["mailroom"].words
    today = tokyo_date(now())
    return subscription_changed.context(
        buyer=order,
        subscription=order.subscription_number or "0000000001",
        done=Done(
            change=words.change_name("cycle", language=language),
            lines=words.change_lines({"cycle": ["months:1@15", "months:2@15"]}, today, language=language),
            number=A_CHANGE,
            at=now(),
        ),
        coming=Coming(today + timedelta(days=14), today + timedelta(days=7)),
        page_url=order_url,
        not_me_url="",
    )


def _about_canceling(_message: str, order: Order, order_url: str, _language: str) -> Mapping[str, Any]:
    canceled = Canceled(
        number=A_CHANGE,
        at=now(),
        subscription=order.subscription_number or "0000000001",
        items=[f"{line.name} × {line.quantity}" for line in order.lines],
        cause="",
        coming=[],
        bound_to=0,
        to_go=0,
        to_pay=0,
        possible_from=None,
        next_on=None,
        deadline=None,
    )
    return subscription_canceled.context(buyer=order, canceled=canceled, page_url=order_url, not_me_url="")


def _about_payment(message: str, order: Order, order_url: str, language: str) -> Mapping[str, Any]:
    if message == "payment_failed":
        return payment_failed.context(
            order_url=order_url,
            amount=order.total,
            method=order.payment_method,
            code="expired_card",
            agreement="",
            is_shipped=False,
        )
    return card_expiry.context(
        buyer=order,
        brand="Visa",
        last4="4242",
        expires=f"{now():%Y-%m}",
        numbers=["0000000001"],
        page_url=order_url,
        language=language,
    )


OF_SUBSCRIPTIONS: Mapping[str, Callable[[str, Order, str, str], Mapping[str, Any]]] = {
    **dict.fromkeys(("order_generated", "upcoming_delivery"), _about_delivery),
    **dict.fromkeys(("payment_failed", "card_expiring", "card_expired"), _about_payment),
    "subscription_changed": _about_change,
    "subscription_canceled": _about_canceling,
}


def _receipt_numbers(order: Order) -> list[str]:
    numbers = select(Receipt.number).where(Receipt.order_id == order.id, Receipt.voided_at.is_(None))
    return [number_text(number) for number in db.session.scalars(numbers.order_by(Receipt.number))] or [number_text(1)]
