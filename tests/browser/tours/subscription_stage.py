"""Subscriptions in every state, for the tour of the staff's pages."""

from datetime import date, datetime, timedelta
from uuid import UUID

from portal.demo.everything.kinds import EveryKind
from portal.models import (
    CustomAnswer,
    CustomField,
    FieldCategory,
    GenerationRun,
    Shop,
    SubscriptionLabelling,
    SubscriptionOccurrence,
)
from tests.browser.tours.tour import LONG_NAME
from tests.cast import TARO, Cast

CREATION = date(2026, 11, 22)
"""Tomorrow: the creation date that the dry run shows."""


class SubscriptionStage:
    """A shop's subscriptions; `ids` holds one in each state by a word."""

    def __init__(self, cast: Cast, shop: Shop, kinds: EveryKind) -> None:
        self.cast, self.shop, self.label = cast, shop, kinds.ids["label_id"][0]
        self.ids: dict[str, UUID] = {"fullest": kinds.subscription.id}
        self._subscriptions()
        self._fields()
        self._past()

    def _add(self, row: object) -> UUID:
        self.cast.session.add(row)
        self.cast.session.flush()
        key: UUID = row.id  # type: ignore[attr-defined]
        return key

    def _make(self, name: str, **facts: object) -> UUID:
        number = f"{len(self.ids) + 100:010}"
        self.ids[name] = self.cast.subscription(self.shop, number, **facts).id
        return self.ids[name]

    def _subscriptions(self) -> None:
        now = self.cast.now
        long = "有機栽培の茶葉だけを使った、秋の味わいの詰め合わせ（ギフト箱・のし・手提げ袋つき） 大"
        items = [
            {"name": long, "quantity": 2, "later_price": 3_980, "first_price": 1_980, "commitment_count": 4},
            {"name": "茶さじ", "later_price": 0, "first_price": 0, "bundled_gift": True, "remaining": 1},
            {"name": "ほうじ茶", "product_code": "H-1", "cycles": ["days:14", "days:30"], "remaining": 0},
        ]
        # Its order is made tomorrow, as the rules make orders eleven days before the delivery.
        due = {"next_delivery_on": CREATION + timedelta(days=11)}
        active = self._make(
            "active",
            items=items,
            external_number="EC-000123",
            buyer_name=LONG_NAME,
            note_1="玄関の前に置いてください。\n" * 3,
            memo="電話は午後に",
            customer_number="M-1",
            points_use="always",
            points_each=50,
            points_balance=1_200,
            coupon=100,
            coupon_code="AKI2026",
            perk_off=200,
            orders_made=3,
            cycle_number=4,
            **due,
        )
        self._add(SubscriptionLabelling(shop_id=self.shop.id, subscription_id=active, label_id=self.label))
        self._make("skipped", next_skipped=True, **due)
        self._make("plain", **TARO, **due)
        card = self.cast.card(self.shop, expires="2026-10", reference=f"card-{self.shop.slug}")
        self.card = card.id
        self._make("card", payment_method="クレジットカード", card_id=card.id)
        self._make("moved", anchor_on=date(2026, 12, 15), next_delivery_on=date(2026, 12, 20))
        self._make("suspended", state="suspended", suspended_at=now - timedelta(days=9), stop_reason="飲みきれない")
        self._make("canceled", state="canceled", canceled_at=now - timedelta(days=30))
        self._make("finished", state="finished", finished_at=now, stop_reason="all_delivered")
        self._make("deleted", deleted_at=now)
        late = date(2026, 10, 1)
        self._make("late", cycle="weeks:2@thu", next_delivery_on=late, needs_attention=True, attention_reason="late")
        self._make("refused", needs_attention=True, attention_reason="payment_refused", payment_method="Amazon Pay")
        # Needing attention keeps the worker from making its order, so it stays as it is on its creation date.
        stopped = {"needs_attention": True, "attention_reason": "code_taken"}
        today = self.cast.now.date()
        self._make("today", next_delivery_on=today + timedelta(days=11), delivery_to="own", **OWN, **stopped)

    def _fields(self) -> None:
        of_shop = {"shop_id": self.shop.id}
        self.category = self._add(FieldCategory(**of_shop, name="お好み", several=True, position=1))
        options = ["濃いめ", "ふつう", "うすめ"]
        kinds = ("radio", "checkbox", "select", "text", "textarea", "integer", "date")
        for position, kind in enumerate(kinds, 1):
            field = self._add(
                CustomField(
                    **of_shop,
                    category_id=self.category,
                    name=f"お茶の{kind}",
                    kind=kind,
                    options=options if kind in ("radio", "checkbox", "select") else [],
                    position=position,
                )
            )
            if kind in ("radio", "integer"):
                values = ["とても濃いめ" if kind == "radio" else "3"]
                self._add(CustomAnswer(**of_shop, subscription_id=self.ids["active"], field_id=field, values=values))

    def _past(self) -> None:
        of_shop = {"shop_id": self.shop.id}
        for days, ordered in ((3, 12), (2, 40), (1, 7)):
            at = self.cast.now - timedelta(days=days)
            done = {"state": "done", "finished_at": at, "due": ordered, "ordered": ordered}
            run = self._add(GenerationRun(**of_shop, day=at.date(), started_at=at, failed=days == 1, **done))
        self.run = run
        self._past_orders(at)

    def _past_orders(self, at: datetime) -> None:
        active = self.ids["active"]
        of_active = {"shop_id": self.shop.id, "subscription_id": active, "actor": "job:generate", "at": at}
        for number, outcome in ((2, "ordered"), (3, "ordered"), (4, "skipped")):
            on = date(2026, 7 + number, 3)
            order = None
            if outcome == "ordered":
                order = self.cast.order(
                    self.shop,
                    f"0000000001-{number}",
                    subscription_id=active,
                    subscription_number="0000000001",
                    cycle_number=number,
                    ordered_at=at,
                )
                self.ids["order"] = order.id
            days = {"anchor_on": on, "delivery_on": on, "ship_on": on, "creation_on": on}
            self._add(
                SubscriptionOccurrence(
                    **of_active,
                    **days,
                    cycle_number=number,
                    outcome=outcome,
                    order_id=order.id if order else None,
                    run_id=self.run,
                )
            )


OWN = {
    "recipient_name": "山田 梅",
    "recipient_prefecture": "北海道",
    "recipient_address": "札幌市中央区北一条西二丁目 札幌時計台前ビルディング 1203号室",
}
