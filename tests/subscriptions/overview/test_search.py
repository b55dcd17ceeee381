"""Finding subscriptions: by typed text, by filters, a page at a time."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.models import Shop, Subscription, SubscriptionLabel, SubscriptionLabelling
from portal.subscriptions.overview import search
from portal.subscriptions.overview.search import By, Cursor, Filters
from portal.subscriptions.schedule.cycles import CycleKind
from portal.values.states import SubscriptionState
from tests.cast import TARO, Cast


def numbers(session: Session, shop: Shop, text: str = "", **filters: Any) -> list[str]:
    page = search.find(session, shop.id, search.parse(text), Filters(**filters))
    return [session.get_one(Subscription, one).number for one in page.ids]


def number_of(session: Session, subscription_id: UUID) -> str:
    return session.get_one(Subscription, subscription_id).number


@pytest.mark.parametrize(
    "text",
    [
        "0000000007",
        "7",
        "EX-77",
        "山田 花子",
        "やまだ",
        "ハナコ",
        "yamada",
        "090-1234",
        "5678",
        "hanako@",
        "煎茶",
        "やぶきた",
    ],
)
def test_one_is_found_by_whatever_people_know_of_it(session: Session, cast: Cast, shop: Shop, text: str) -> None:
    cast.subscription(shop, "0000000007", external_number="EX-77")
    others = {**TARO, "items": [{"name": "ほうじ茶"}]}
    cast.subscription(shop, "0000000008", **others)
    cast.subscription(cast.shop("momiji"), "0000000007")
    assert numbers(session, shop, text) == ["0000000007"]


def test_a_name_and_a_product_together_find_whom_both_fit(session: Session, cast: Cast, shop: Shop) -> None:
    cast.subscription(shop, "1")
    cast.subscription(shop, "2", items=[{"name": "ほうじ茶"}])
    assert numbers(session, shop, "花子 ほうじ茶") == ["2"]


def test_what_nearly_all_have_finds_the_same_as_what_few_have(
    session: Session, cast: Cast, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("1", "2", "3"):
        cast.subscription(shop, number)
    cast.subscription(shop, "4", **TARO, items=[{"name": "ほうじ茶"}])
    few = [sorted(numbers(session, shop, text)) for text in ("煎茶", "花子 煎茶", "ほうじ茶")]
    monkeypatch.setattr(search, "MOST_BY_KEY", 1)
    assert few == [["1", "2", "3"], ["1", "2", "3"], ["4"]]
    assert [sorted(numbers(session, shop, text)) for text in ("煎茶", "花子 煎茶", "ほうじ茶")] == few


def test_a_renamed_buyer_is_found_by_the_new_name_only(session: Session, cast: Cast, shop: Shop) -> None:
    subscription = cast.subscription(shop, "1")
    subscription.buyer_name, subscription.buyer_kana = "高橋 梅", "タカハシ ウメ"
    session.flush()
    assert numbers(session, shop, "山田") == []
    assert numbers(session, shop, "たかはし") == ["1"]


def test_the_whole_number_leads_to_one(session: Session, cast: Cast, shop: Shop) -> None:
    one = cast.subscription(shop, "0000000007", external_number="EX-77")
    cast.subscription(shop, "0000000070")
    for text in ("0000000007", "EX-77"):
        terms = search.parse(text)
        assert terms
        assert search.exact(session, shop.id, terms) == one.id
    partly = search.parse("000000000")
    assert partly
    assert search.exact(session, shop.id, partly) is None


def test_filters_narrow(session: Session, cast: Cast, shop: Shop) -> None:
    cast.subscription(shop, "1")
    cast.subscription(shop, "2", state="suspended", needs_attention=True, attention_reason="late")
    cast.subscription(shop, "3", cycle="weeks:2@tue", next_delivery_on=date(2026, 12, 1), payment_method="NP後払い")
    cast.subscription(shop, "4", deleted_at=cast.now)
    label = SubscriptionLabel(shop_id=shop.id, name="VIP", created_at=cast.now)
    session.add(label)
    session.flush()
    labelled = cast.subscription(shop, "5", cycle="weeks:2", next_delivery_on=date(2026, 12, 31))
    session.add(SubscriptionLabelling(shop_id=shop.id, subscription_id=labelled.id, label_id=label.id))
    session.flush()
    assert sorted(numbers(session, shop)) == ["1", "2", "3", "5"]
    assert numbers(session, shop, states=frozenset({SubscriptionState.SUSPENDED})) == ["2"]
    assert numbers(session, shop, attention=True) == ["2"]
    assert numbers(session, shop, deleted=True) == ["4"]
    assert numbers(session, shop, since=date(2026, 12, 1), until=date(2026, 12, 14)) == ["3"]
    assert numbers(session, shop, kinds=frozenset({CycleKind.WEEKS_WEEKDAY})) == ["3"]
    assert numbers(session, shop, kinds=frozenset({CycleKind.WEEKS})) == ["5"]
    assert numbers(session, shop, payment="NP後払い") == ["3"]
    assert numbers(session, shop, label_id=label.id) == ["5"]
    assert numbers(session, shop, by=By.NEXT) == ["3", "1", "5"], "the suspended one has no delivery coming"


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("states", [frozenset(), frozenset({SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED})])
def test_pages_follow_one_another_and_lead_back(
    session: Session, cast: Cast, shop: Shop, by: By, states: frozenset[SubscriptionState]
) -> None:
    for number in range(120):
        # Some have the same instant and day, so that the id decides.
        at = cast.now + timedelta(minutes=number // 3)
        state = "suspended" if states and number % 2 else "active"
        cast.subscription(
            shop,
            f"{number:04}",
            created_at=at,
            next_delivery_on=date(2026, 12, 1) + timedelta(number // 3),
            state=state,
        )
    filters = Filters(states=states, by=by)
    first = search.find(session, shop.id, None, filters)
    second = search.find(session, shop.id, None, filters, first.on)
    third = search.find(session, shop.id, None, filters, second.on)
    seen = [number_of(session, one) for page in (first, second, third) for one in page.ids]
    assert len(set(seen)) == 120
    assert (first.back, third.on) == (None, None)
    assert [number[:4] for number in (seen[0], seen[-1])] == (
        ["0119", "0000"] if by is By.CREATED else ["0000", "0119"]
    )
    back = search.find(session, shop.id, None, filters, third.back)
    assert back.ids == second.ids
    assert second.on
    written = search.read_place(str(second.on.place), by)
    assert written == second.on.place
    assert search.find(session, shop.id, None, filters, Cursor(written, back=False)).ids == third.ids


def test_counts_stop_where_nobody_counts_on(
    session: Session, cast: Cast, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        cast.subscription(shop, str(number))
    assert search.count(session, shop.id, None, Filters()) == 4
    monkeypatch.setattr(search, "MOST_COUNTED", 3)
    assert search.count(session, shop.id, None, Filters()) == 3
