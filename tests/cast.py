"""The fixed cast: 花子 the buyer, 太郎 another buyer, and their two shops. Invented people, example addresses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.models import (
    Card,
    Membership,
    Order,
    OrderLine,
    OrderShipment,
    PaymentAttempt,
    Shipment,
    Shop,
    Staff,
    Subscription,
    SubscriptionItem,
    SubscriptionRules,
)
from portal.values.roles import Role
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
TARO = {
    "buyer_name": "佐藤 太郎",
    "buyer_kana": "サトウ タロウ",
    "phone": "080-8765-4321",
    "email": "taro@example.jp",
    "email_key": "taro@example.jp",
    "postcode": "100-0001",
    "prefecture": "東京都",
    "address": "千代田区千代田9-9-9",
}

PASSWORD = "Fuji-no-yama-3776"
# argon2id of PASSWORD with the least work there is: tests sign in often.
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$ikkLN4Fva+sUTkE+FLYM1w$aZoJ8liraRmJRj60G/waAe4snEYh+9HYERS1VLEPguc"


class Cast:
    """Maker of rows as an import would leave them. Everything is flushed; the test itself calls `session.commit()`."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now

    def shop(self, slug: str = "sakura", **changes: Any) -> Shop:
        facts: dict[str, Any] = {
            "name": "さくら茶舗",
            "access_days": 90,
            "issuer_name": "株式会社さくら茶舗",
            "issuer_postcode": "600-8001",
            "issuer_address": "京都府京都市下京区四条通1-1",
            "issuer_phone": "075-000-0000",
            "issuer_email": "shop@example.jp",
            "contact_phone": "075-000-0000",
            "contact_email": "shop@example.jp",
            "contact_hours": "平日 10時〜17時",
            "mail_from": "shop@example.jp",
            # The check digit is right: the 6 in front of 000012070001.
            "registration_number": "T6000012070001",
            "default_tax_rate": 10,
            "fee_tax_rate": 10,
        }
        shop = Shop(slug=slug, **(facts | changes))
        self.session.add(shop)
        self.session.flush()
        return shop

    def order(self, shop: Shop, code: str = "A-10234", **changes: Any) -> Order:
        """Make a paid card order by 花子 that is not shipped, with one ¥1,080 line at 8% and one ¥2,200 line at 10%."""
        lines = changes.pop("lines", None) or [
            {"name": "煎茶 やぶきた 100g", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8},
            {"name": "急須 青磁", "quantity": 1, "unit_price": 2200, "amount": 2200, "tax_rate": 10},
        ]
        facts: dict[str, Any] = HANAKO | {
            "code": code,
            "code_key": code.upper(),
            "ordered_at": datetime(2026, 11, 18, 3, 0, tzinfo=UTC),
            "payment_method": "クレジットカード",
            "payment_state": "paid",
            "fee_rate": 10,
            "total": sum(line["amount"] for line in lines),
            "created_at": self.now,
            "updated_at": self.now,
        }
        order = Order(shop_id=shop.id, **(facts | changes))
        order.lines = [OrderLine(shop_id=shop.id, position=position, **line) for position, line in enumerate(lines, 1)]
        self.session.add(order)
        self.session.flush()
        return order

    def shipment(self, *orders: Order, **changes: Any) -> Shipment:
        """Make a Yamato parcel shipped on 2026-11-20; its orders become shipped."""
        facts: dict[str, Any] = {
            "status": ShipmentStatus.SHIPPED,
            "carrier": "yamato",
            "service": "宅急便",
            "tracking_number": "123456789010",
            "shipped_on": date(2026, 11, 20),
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

    def staff(self, *shops: Shop, role: Role = Role.OPERATOR, name: str = "鈴木 一郎", **changes: Any) -> Staff:
        """Make 鈴木, a member of these shops, whose password is `PASSWORD`.

        佐藤 of another shop is `name="佐藤 次郎", email="sato@…"`.
        """
        email = changes.pop("email", "suzuki@example.jp")
        facts: dict[str, Any] = {"name": name, "email": email, "email_key": email, "password_hash": PASSWORD_HASH}
        staff = Staff(created_at=self.now, **(facts | changes))
        self.session.add(staff)
        self.session.flush()
        for shop in shops:
            self.session.add(Membership(shop_id=shop.id, staff_id=staff.id, role=role, created_at=self.now))
        self.session.flush()
        return staff

    def rules(self, shop: Shop, **changes: Any) -> SubscriptionRules:
        """Switch subscriptions on: every kind of cycle is offered, 大阪府 takes 1 day, 北海道 3, shipping is daily."""
        facts: dict[str, Any] = {
            "enabled": True,
            "lead_days": 3,
            "transit_days": {"": 1, "北海道": 3},
            "dateless_days": {},
            "creation_days": 7,
            "closed_weekdays": [],
            "closed_on_holidays": False,
            "cycles_offered": {
                "days": [7, 90],
                "weeks": [1, 12],
                "weeks_weekday": [1, 12],
                "months": [1, 6],
                "months_day": [1, 6],
                "months_nth": [1, 6],
                "months_nth_weekday": [1, 6],
            },
            "payment_methods": ["クレジットカード", "代金引換", "NP後払い", "Amazon Pay"],
            "cod_methods_refused": [],
            "time_slots": [],
            "changes": {},
            "offers_before_cancelling": [],
            "status_names": {},
        }
        rules = SubscriptionRules(shop_id=shop.id, **(facts | changes))
        self.session.add(rules)
        self.session.flush()
        return rules

    def subscription(self, shop: Shop, number: str = "0000000001", **changes: Any) -> Subscription:
        """Make 花子's subscription: green tea every month on the 15th by Yamato, next on 2026-12-15; one order was made.

        `items` are dicts of SubscriptionItem's columns (a name is enough); `next_delivery_on` alone also sets the anchor,
        the ship date four days before and the creation date a week before that, as `rules` have it. Orders that the
        counts include and that have no row were made elsewhere.
        """
        items = changes.pop("items", None) or [
            {"product_code": "T-100", "name": "煎茶 やぶきた 100g", "first_price": 980, "tax_rate": 8}
        ]
        delivery_on = changes.pop("next_delivery_on", date(2026, 12, 15))
        ship_on = changes.pop("next_ship_on", delivery_on - timedelta(days=4))
        facts: dict[str, Any] = HANAKO | {
            "number": number,
            "state": "active",
            "payment_method": "代金引換",
            "shipping_fee": 500,
            "carrier": "yamato",
            "delivery_method": "宅急便",
            "cycle": "months:1@15",
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
        """Make 花子's Visa ending in 4242, good until 2028-12, at the sandbox gateway."""
        facts: dict[str, Any] = {
            "email_key": HANAKO["email_key"],
            "gateway": "sandbox",
            "reference": "card-4242",
            "customer_reference": "customer-hanako",
            "brand": "Visa",
            "last4": "4242",
            "expires": "2028-12",
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
