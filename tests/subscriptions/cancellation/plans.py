"""花子's subscription, to be canceled by her."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.models import BuyerRequest, Order, Shop, Subscription, SubscriptionChange, SubscriptionRules
from portal.receipts.documents import Cancellation
from portal.subscriptions.cancellation import by_buyer
from portal.subscriptions.record.facts import frame_of
from portal.values.dates import tokyo_date
from tests.cast import Cast
from tests.conftest import Clock

HANAKO = "buyer:00000000-0000-0000-0000-000000000001"


REQUEST = {"takes_effect": False}


def bound(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"product_code": "T-100", "name": "煎茶 やぶきた 100g", "commitment_count": count} | more]


@dataclass
class Plan:
    """花子's subscription and the order that leads to it."""

    cast: Cast
    clock: Clock
    rules: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    shop: Shop = field(init=False)
    order: Order = field(init=False)
    subscription: Subscription = field(init=False)
    terms: SubscriptionRules = field(init=False)

    def __post_init__(self) -> None:
        self.shop = self.cast.shop()
        self.terms = self.cast.rules(self.shop, **self.rules)
        self.subscription = self.cast.subscription(self.shop, **self.columns)
        self.order = self.cast.order(
            self.shop, subscription_id=self.subscription.id, subscription_number=self.subscription.number
        )
        self.session = self.cast.session
        self.session.commit()

    def foresee(self, *, is_proved: bool = True) -> Cancellation:
        today = tokyo_date(self.clock())
        return by_buyer.foresee(
            self.session, self.subscription, frame_of(self.session, self.shop.id), is_proved=is_proved, today=today
        )

    def cancel(self, *, once: UUID | None = None, version: int | None = None, **more: Any) -> SubscriptionChange:
        given: dict[str, Any] = {"reason": "", "reply_to": "", "is_proved": True, "takes_effect": True} | more
        receipt = by_buyer.cancel_or_request(
            self.session,
            self.subscription,
            self.order,
            frame_of(self.session, self.shop.id),
            once_id=once or uuid4(),
            seen_version=self.subscription.version if version is None else version,
            language="ja",
            actor=HANAKO,
            now=self.clock(),
            **given,
        )
        self.session.commit()
        return receipt

    def requests(self) -> list[BuyerRequest]:
        return list(self.session.scalars(select(BuyerRequest)))

    def receipts(self) -> list[SubscriptionChange]:
        return list(self.session.scalars(select(SubscriptionChange)))
