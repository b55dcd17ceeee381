"""The fixed cast: 花子 the buyer, 太郎 another buyer, and their two shops. Invented people, example addresses."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.models import (
    Membership,
    Order,
    OrderLine,
    OrderShipment,
    OrderStatus,
    Role,
    Shipment,
    ShipmentStatus,
    Shop,
    Staff,
)

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
    """Makes rows as an import would leave them. Everything is flushed; `session.commit()` is the test's own."""

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
            # The check digit fits: 6 of 6000012070001.
            "registration_number": "T6000012070001",
            "default_tax_rate": 10,
            "fee_tax_rate": 10,
        }
        shop = Shop(slug=slug, **(facts | changes))
        self.session.add(shop)
        self.session.flush()
        return shop

    def order(self, shop: Shop, code: str = "A-10234", **changes: Any) -> Order:
        """A paid card order of one ¥1,080 line at 8% and one ¥2,200 line at 10%, by 花子, not shipped."""
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
        """A Yamato parcel shipped on 2026-11-20; its orders become shipped."""
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
        """鈴木, of these shops; the password is `PASSWORD`. 佐藤 of another shop: `name="佐藤 次郎", email="sato@…"`."""
        email = changes.pop("email", "suzuki@example.jp")
        facts: dict[str, Any] = {"name": name, "email": email, "email_key": email, "password_hash": PASSWORD_HASH}
        staff = Staff(created_at=self.now, **(facts | changes))
        self.session.add(staff)
        self.session.flush()
        for shop in shops:
            self.session.add(Membership(shop_id=shop.id, staff_id=staff.id, role=role, created_at=self.now))
        self.session.flush()
        return staff
