"""Values of the placeholders in one mail, computed one by one: a text without 注文の商品 loads no lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from portal.models import Order, Shop
from portal.notifications import letters
from portal.values.addresses import Parts, parts
from portal.values.dates import tokyo_date
from portal.values.money import format_yen
from portal.values.phones import display


@dataclass(frozen=True)
class Fillings:
    """Values for the placeholders of one mail. `context` is the one that our own words of the message get."""

    shop: Shop
    order: Order | None
    order_url: str
    language: str
    context: Mapping[str, Any]
    today: date

    def __call__(self, name: str) -> str:
        """Return the placeholder's value, or an empty string if there is no data for it."""
        if name in OF_SHOP:
            return OF_SHOP[name](self.shop)
        if name in OF_ORDER:
            return OF_ORDER[name](self.order) if self.order else ""
        if name in OF_MEMBER:
            buyer = self.context.get("buyer") or self.order
            return OF_MEMBER[name](buyer) if buyer else ""
        return OF_MAIL[name](self) if name in OF_MAIL else ""

    def lines(self, part: str) -> str:
        """Return a part of our own words: templates/mail/<part>.txt."""
        given = {**self.context, "order": self.order}
        return letters.write_part(part, self.language, self.shop, given, self.today)

    def said(self, name: str) -> str:
        """Return a value of the message's own context as text, empty if there is none."""
        return str(self.context.get(name) or "")

    def requested(self) -> str:
        day = self.context.get("requested_on")
        words = [letters.day(day, self.language, self.today) if day else "", self.said("requested_slot")]
        return " ".join(word for word in words if word)

    def ordered_on(self) -> str:
        return format_date(tokyo_date(self.order.ordered_at), "long", locale=self.language) if self.order else ""


def _names(written: str) -> tuple[str, str]:
    """Split into 姓 and 名; a name without a space goes into 姓 as a whole, so that 「[姓] [名] 様」 is right either way."""
    first, rest = [*written.split(maxsplit=1), "", ""][:2]
    return first, rest


def _address(buyer: Any) -> Parts:
    return parts(buyer.prefecture, buyer.address)


OF_SHOP: Mapping[str, Callable[[Shop], str]] = {
    "shopName": lambda shop: shop.name,
    "shopPhone": lambda shop: shop.contact_phone,
    "shopHours": lambda shop: shop.contact_hours,
    "shopEmail": lambda shop: shop.contact_email,
    "shopUrl": lambda shop: shop.site_url or shop.contact_url,
}
OF_ORDER: Mapping[str, Callable[[Order], str]] = {
    "orderCode": lambda order: order.code,
    "orderTotal": lambda order: format_yen(order.total),
    "paymentMethod": lambda order: order.payment_method,
}
OF_MEMBER: Mapping[str, Callable[[Any], str]] = {
    "memberName": lambda buyer: buyer.buyer_name,
    "memberLastName": lambda buyer: _names(buyer.buyer_name)[0],
    "memberFirstName": lambda buyer: _names(buyer.buyer_name)[1],
    "memberNameFri": lambda buyer: buyer.buyer_kana,
    "memberLastNameFri": lambda buyer: _names(buyer.buyer_kana)[0],
    "memberFirstNameFri": lambda buyer: _names(buyer.buyer_kana)[1],
    "memberEmail": lambda buyer: buyer.email,
    "memberZipcode": lambda buyer: buyer.postcode,
    "memberPref": lambda buyer: _address(buyer).prefecture,
    "memberCity": lambda buyer: _address(buyer).city,
    "memberAddress": lambda buyer: _address(buyer).street,
    "memberBuilding": lambda buyer: _address(buyer).building,
    "memberTel": lambda buyer: display(buyer.phone),
}
"""Placeholders filled from an order, or from a subscription if the mail is about no order."""
OF_MAIL: Mapping[str, Callable[[Fillings], str]] = {
    "myPageUrl": lambda mail: mail.said("page_url") or mail.said("order_url") or mail.order_url,
    "howToOpen": lambda mail: mail.lines("how_to_open"),
    "shopSignature": lambda mail: mail.lines("signature"),
    "orderItems": lambda mail: mail.lines("order_received/items") if mail.order else "",
    "orderDate": Fillings.ordered_on,
    "deliveryDetails": lambda mail: mail.lines("shipped/details"),
    "carrierName": lambda mail: mail.said("carrier"),
    "deliveryService": lambda mail: mail.said("service"),
    "trackingNumber": lambda mail: mail.said("tracking_number"),
    "trackingUrl": lambda mail: mail.said("tracking_url"),
    "requestedDelivery": Fillings.requested,
    "paymentRequest": lambda mail: mail.lines("order_received/payment"),
    "deliveryAttempt": lambda mail: mail.lines("delivery_attempted/what"),
    "orderCancellation": lambda mail: mail.lines("order_canceled/what"),
    "requestReceived": lambda mail: mail.lines("request_received/what"),
    "receiptNumber": lambda mail: mail.said("number") or "、".join(mail.context.get("numbers", ())),
    "paymentTrouble": lambda mail: mail.lines("payment_failed/what"),
    "deliveryPlan": lambda mail: mail.lines("order_generated/dates"),
    "upcomingDelivery": lambda mail: mail.lines("upcoming_delivery/coming"),
    "subscriptionChange": lambda mail: mail.lines("subscription_changed/what"),
    "subscriptionCancellation": lambda mail: mail.lines("subscription_canceled/what"),
    "changeName": lambda mail: mail.said("change"),
    "changeNumber": lambda mail: mail.said("change_number"),
    "cardName": lambda mail: mail.said("card"),
    "cardExpires": lambda mail: mail.said("expires"),
    "subscriptionNumbers": lambda mail: mail.said("subscriptions"),
    "orderLinks": lambda mail: mail.lines("order_link/links"),
    "requestAnswer": lambda mail: mail.said("answer"),
    "requestQuoted": lambda mail: mail.lines("request_answered/quoted"),
    "loginCode": lambda mail: mail.said("code"),
}
