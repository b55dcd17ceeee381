"""A subscription that has everything, others in every state, and what belongs to them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.demo.everything.facts import EXTRAS, ITEM, LISTED, PAID_BY_CARD, RECIPIENT
from portal.demo.everything.rows import Rows
from portal.models import (
    CardRegistration,
    CustomAnswer,
    CustomField,
    FieldCategory,
    GenerationRun,
    ListedAddress,
    StopReason,
    SubscriptionLabel,
    SubscriptionLabelling,
    SubscriptionOccurrence,
)


class Subscribing(Rows):
    def subscriptions(self) -> None:
        maker, shop, now = self.maker, self.shop, self.now
        self.card = maker.card(shop)
        self.ids["card_id"] = [self.card.id]
        listed = ListedAddress(**self.of_shop, email_key=maker.buyer["email_key"], created_at=now, **LISTED)
        listed_id = self.keep("address_id", listed)
        by_card = PAID_BY_CARD | {"card_id": self.card.id}
        self.subscription = maker.subscription(
            shop,
            items=[ITEM, {"name": "茶さじ", "later_price": 0, "first_price": 0, "bundled_gift": True, "remaining": 1}],
            delivery_to="listed",
            listed_address_id=listed_id,
            points_expire_on=maker.day(130),
            previous_ship_on=self._previous_on - timedelta(days=4),
            previous_delivery_on=self._previous_on,
            counted_from=now - timedelta(days=400),
            **(by_card | EXTRAS),
        )
        own = {"delivery_to": "own", "perk_free_shipping": True} | RECIPIENT
        late_on = maker.day(-40)
        late = {
            "needs_attention": True,
            "attention_reason": "late",
            "attention_since": now,
            "next_delivery_on": late_on,
            "cycle": f"months:1@{late_on.day}",
        }
        stopped = {"stop_reason": "飲みきれない", "resume_on": maker.day(30)}
        variants: list[dict[str, Any]] = [
            {"payment_method": "Amazon Pay", "wallet_agreement": "B01-123", **own},
            {"late_until": late_on - timedelta(days=31), **late},
            {"next_skipped": True, "resumed": True, "skips_in_a_row": 1, "points_use": "all", "points_balance": 300},
            {"state": "suspended", "suspended_at": now, **stopped},
            {"state": "canceled", "canceled_at": now, "stop_reason": "味が合わない"},
            {"state": "finished", "finished_at": now, "remaining_orders": 0},
            {"deleted_at": now, "external_number": "OLD-9"},
        ]
        others = [maker.subscription(shop, f"{n:010}", **facts) for n, facts in enumerate(variants, 2)]
        self.ids["subscription_id"] = [self.subscription.id, *(one.id for one in others)]
        self.order.subscription_id = self.subscription.id
        self.order.subscription_number, self.order.cycle_number = self.subscription.number, 2
        run = GenerationRun(**self.of_shop, day=maker.today, started_at=now, finished_at=now, ordered=1, state="done")
        self.keep("generation_id", run)
        self.add(self._occurrence(run.id))
        self._labels_and_answers()
        self._registration()

    @property
    def _previous_on(self) -> date:
        """Return the day of the cycle before the next delivery's."""
        next_on = self.maker.day(24)
        month = next_on.replace(day=1) - timedelta(days=1)
        return month.replace(day=min(next_on.day, month.day))

    def _occurrence(self, run_id: UUID) -> SubscriptionOccurrence:
        return SubscriptionOccurrence(
            **self.of_shop,
            subscription_id=self.subscription.id,
            order_id=self.order.id,
            run_id=run_id,
            anchor_on=self._previous_on,
            cycle_number=2,
            delivery_on=self._previous_on,
            ship_on=self._previous_on - timedelta(days=4),
            creation_on=self._previous_on - timedelta(days=11),
            outcome="ordered",
            actor="job:generate_orders",
            at=self.now,
        )

    def _labels_and_answers(self) -> None:
        of_it = self.of_shop | {"subscription_id": self.subscription.id}
        label = self.keep("label_id", SubscriptionLabel(**self.of_shop, name="電話で相談中", created_at=self.now))
        self.add(SubscriptionLabelling(label_id=label, **of_it))
        kinds = ("suspend", "cancel")
        self.keep("reason_id", *(StopReason(**self.of_shop, kind=kind, text="味が合わない") for kind in kinds))
        once, often = (
            FieldCategory(**self.of_shop, name=name, position=place, several=place == 2)
            for place, name in enumerate(("お茶のこと", "ペットのこと"), 1)
        )
        self.keep("category_id", once, often)
        wanted: list[tuple[FieldCategory, str, str, dict[str, Any]]] = [
            (often, "犬の名前", "text", {"longest": 40, "required": True}),
            (once, "年齢", "integer", {"least": 1, "most": 120}),
            (once, "好み", "selects", {"options": ["宇治", "狭山"]}),
            (once, "誕生日", "date", {"deleted_at": self.now}),
        ]
        fields = [
            CustomField(**self.of_shop, category_id=category.id, name=name, kind=kind, position=place, **more)
            for place, (category, name, kind, more) in enumerate(wanted, 1)
        ]
        self.keep("field_id", *fields)
        # The third answer no longer fits its field, the fourth one's field is gone.
        answers = (["ぽち"], ["7"], ["八女"], ["2020-02-29"])
        for field, values in zip(fields, answers, strict=True):
            self.add(CustomAnswer(field_id=field.id, values=values, **of_it))

    def _registration(self) -> None:
        registration = CardRegistration(
            **self.of_shop,
            subscription_id=self.subscription.id,
            order_id=self.order.id,
            email_key=self.maker.buyer["email_key"],
            gateway="sandbox",
            reference=f"registration-{self.shop.slug}",
            state="verified",
            card_id=self.card.id,
            actor="buyer:1",
            started_at=self.now,
            finished_at=self.now,
        )
        self.keep("registration_id", registration)
