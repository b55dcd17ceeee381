"""Maker of rows as imports, buyers and jobs would leave them, about 花子, an invented buyer."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.models import (
    Card,
    Order,
    OrderLine,
    OrderShipment,
    PaymentAttempt,
    Shipment,
    Shop,
    Subscription,
    SubscriptionItem,
)
from portal.payments.rules.expiry import month_of
from portal.values.dates import TOKYO
from portal.values.states import OrderStatus, ShipmentStatus

HANAKO = {
    "buyer_name": "山田 花子",
    "buyer_kana": "ヤマダ ハナコ",
    "phone": "090-1234-5678",
    "email": "hanako@example.jp",
    "email_key": "hanako@example.jp",
    "postcode": "530-0001",
    "prefecture": "大阪府",
    "address": "大阪市北区梅田1-2-3 メゾン桜 405",
}


class Maker:
    """Maker of rows that follow from `today`. Everything is flushed and nothing committed."""

    buyer: Mapping[str, str] = HANAKO
    """Who orders where nobody else is named."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self.session, self.now, self.today = session, now, today

    def day(self, days: int) -> date:
        """Return the date so many days after today."""
        return self.today + timedelta(days=days)

    def order(self, shop: Shop, code: str = "A-10234", **changes: Any) -> Order:
        """Make a paid card order by 花子 that is not shipped, with one ¥1,080 line at 8% and one ¥2,200 line at 10%."""
        lines = changes.pop("lines", None) or [
            {"name": "煎茶 やぶきた 100g", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8},
            {"name": "急須 青磁", "quantity": 1, "unit_price": 2200, "amount": 2200, "tax_rate": 10},
        ]
        facts: dict[str, Any] = dict(self.buyer) | {
            "code": code,
            "code_key": code.upper(),
            "ordered_at": datetime.combine(self.day(-3), time(12), TOKYO).astimezone(UTC),
            "payment_method": "クレジットカード",
            "payment_state": "paid",
            "fee_rate": 10,
            "total": sum(line["amount"] for line in lines),
            "created_at": self.now,
            "updated_at": self.now,
        }
        facts |= changes
        order = Order(shop_id=shop.id, **({"payment_said": facts["payment_state"]} | facts))
        order.lines = [OrderLine(shop_id=shop.id, position=position, **line) for position, line in enumerate(lines, 1)]
        self.session.add(order)
        self.session.flush()
        return order

    def shipment(self, *orders: Order, **changes: Any) -> Shipment:
        """Make a Yamato parcel shipped yesterday; its orders become shipped."""
        facts: dict[str, Any] = {
            "status": ShipmentStatus.SHIPPED,
            "carrier": "yamato",
            "service": "宅急便",
            "tracking_number": "123456789010",
            "shipped_on": self.day(-1),
            "created_at": self.now,
            "updated_at": self.now,
        }
        shipment = Shipment(shop_id=orders[0].shop_id, **(facts | changes))
        self.session.add(shipment)
        self.session.flush()
        for order in orders:
            self.session.add(OrderShipment(shop_id=order.shop_id, order_id=order.id, shipment_id=shipment.id))
            if shipment.status == ShipmentStatus.SHIPPED:
                order.status = OrderStatus.SHIPPED
        self.session.flush()
        return shipment

    def subscription(self, shop: Shop, number: str = "0000000001", **changes: Any) -> Subscription:
        """Make 花子's subscription: green tea by Yamato each month, next in 24 days; one order was made.

        `items` are dicts of SubscriptionItem's columns (a name is enough); `next_delivery_on` alone also sets the anchor,
        the ship date four days before and the creation date a week before that, as `rules` have it. Orders that the
        counts include and that have no row were made elsewhere.
        """
        items = changes.pop("items", None) or [
            {"product_code": "T-100", "name": "煎茶 やぶきた 100g", "first_price": 980, "tax_rate": 8}
        ]
        delivery_on = changes.pop("next_delivery_on", self.day(24))
        ship_on = changes.pop("next_ship_on", delivery_on - timedelta(days=4))
        facts: dict[str, Any] = dict(self.buyer) | {
            "number": number,
            "state": "active",
            "payment_method": "代金引換",
            "shipping_fee": 500,
            "carrier": "yamato",
            "delivery_method": "宅急便",
            "cycle": f"months:1@{self.day(24).day}",
            "anchor_on": delivery_on,
            "next_creation_on": ship_on - timedelta(days=7),
            "next_ship_on": ship_on,
            "next_delivery_on": delivery_on,
            "cycle_number": 2,
            "orders_made": 1,
            "orders_before": changes.get("orders_made", 1),
            "purchases_before": changes.get("purchase_count", 0),
            "created_at": self.now,
            "updated_at": self.now,
        }
        subscription = Subscription(shop_id=shop.id, **(facts | changes))
        usual: dict[str, Any] = {"quantity": 1, "first_price": 1080, "later_price": 1080, "tax_rate": 8}
        subscription.items = [
            SubscriptionItem(shop_id=shop.id, position=position, **(usual | item))
            for position, item in enumerate(items, 1)
        ]
        self.session.add(subscription)
        self.session.flush()
        return subscription

    def card(self, shop: Shop, **changes: Any) -> Card:
        """Make 花子's Visa ending in 4242, good for two more years, at the sandbox gateway."""
        facts: dict[str, Any] = {
            "email_key": self.buyer["email_key"],
            "gateway": "sandbox",
            "reference": "card-4242",
            "customer_reference": "customer-hanako",
            "brand": "Visa",
            "last4": "4242",
            "expires": month_of(self.day(2 * 365 + 30)),
            "is_default": True,
            "created_at": self.now,
        }
        card = Card(shop_id=shop.id, **(facts | changes))
        self.session.add(card)
        self.session.flush()
        return card

    def refused_order(
        self, subscription: Subscription, card: Card | None, code: str = "S-2", reason: str = "card_declined"
    ) -> Order:
        """Make the subscription's next order, of ¥1,580, held because its payment was refused."""
        shop = self.session.get_one(Shop, subscription.shop_id)
        order = self.order(
            shop,
            code,
            total=1580,
            subscription_id=subscription.id,
            email=subscription.email,
            email_key=subscription.email_key,
            payment_method=subscription.payment_method,
            status=OrderStatus.ON_HOLD,
            authorised="held",
            payment_state="unpaid",
        )
        self.session.add(
            PaymentAttempt(
                shop_id=shop.id,
                order_id=order.id,
                card_id=card.id if card else None,
                kind="authorise",
                gateway=card.gateway if card else "sandbox",
                amount=1580,
                idempotency_key=f"{order.id.hex}-authorise-1",
                state="refused",
                reason=reason,
                actor="job:generate_orders",
                asked_at=self.now,
            )
        )
        self.session.flush()
        return order
