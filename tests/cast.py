"""The fixed cast: 花子 the buyer, 太郎 another buyer, and their two shops. Invented people, example addresses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.demo.everything.kinds import EveryKind
from portal.demo.everything.maker import HANAKO, Maker
from portal.models import Membership, Shop, Staff, SubscriptionRules
from portal.values.roles import Role

__all__ = ["HANAKO", "PASSWORD", "PASSWORD_HASH", "TARO", "Cast"]

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


class Cast(Maker):
    """The demo's maker of rows, with shops and staff; its today stays 2026-11-21, the day on which the clock starts.

    Everything is flushed; the test itself calls `session.commit()`.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__(session, now, date(2026, 11, 21))

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

    def every_kind(self, shop: Shop) -> EveryKind:
        return EveryKind(self, shop, "https://example.jp/verify/{}".format)

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
