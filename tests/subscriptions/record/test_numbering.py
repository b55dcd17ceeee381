"""Numbering subscriptions: three rules, one counter, no number twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import SubscriptionRules
from portal.subscriptions.record import numbering
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.record.shop_rules import of_shop
from tests.cast import Cast

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Rule:
    numbering: str = "running"
    number_digits: int = 10
    number_prefix: str = ""
    number_hyphen: bool = False


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule(), "0000000123"),
        (Rule(number_digits=5), "00123"),
        (Rule("prefix", 5, "TEA-"), "TEA-00123"),
        (Rule("date", 6), "20261121000123"),
        (Rule("date", 6, number_hyphen=True), "20261121-000123"),
    ],
)
def test_each_rule_writes_the_number_its_way(rule: Rule, text: str) -> None:
    assert numbering.text_of(rule, 123, TODAY) == text


def test_the_longest_number_of_every_rule_fits_its_column() -> None:
    rules = [Rule(), Rule("prefix", 10, "ABCDEFGHIJ"), Rule("date", 10, number_hyphen=True)]
    assert max(len(numbering.text_of(rule, 9_999_999_999, TODAY)) for rule in rules) <= 24


def test_after_the_highest_it_begins_again_at_one() -> None:
    assert [numbering.following(n, 5) for n in (0, 99_998, 99_999)] == [1, 99_999, 1]


def test_the_next_number_is_one_more_than_the_last_one_used(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop, last_number=41, number_digits=5)
    assert [numbering.next_number(session, shop.id, TODAY) for _ in range(2)] == ["00042", "00043"]


def test_a_shop_without_settings_gets_ten_digits_from_one(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    assert numbering.next_number(session, shop.id, TODAY) == "0000000001"


def test_counting_leaves_the_version_of_the_settings_alone(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    rules = cast.rules(shop, version=3)
    numbering.next_number(session, shop.id, TODAY)
    session.commit()
    session.refresh(rules)
    assert (rules.last_number, rules.version) == (1, 3)


def test_numbers_of_other_subscriptions_are_passed_over_also_of_deleted_ones(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop, last_number=99_998, number_digits=5)
    cast.subscription(shop, "99999")
    cast.subscription(shop, "00001")
    cast.subscription(shop, "00002", deleted_at=cast.now)
    assert numbering.next_number(session, shop.id, TODAY) == "00003"


def test_a_number_in_other_letters_is_passed_over_since_its_orders_have_the_codes(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop, numbering="prefix", number_prefix="TEA-", number_digits=5)
    cast.subscription(shop, "tea-00001")
    cast.subscription(shop, "Tea-00002", deleted_at=cast.now)
    assert numbering.next_number(session, shop.id, TODAY) == "TEA-00003"


def test_many_live_numbers_in_a_row_are_passed_over(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "AT_ONCE", 3)
    shop = cast.shop()
    cast.rules(shop, number_digits=5)
    for n in range(1, 9):
        cast.subscription(shop, f"{n:05d}")
    assert numbering.next_number(session, shop.id, TODAY) == "00009"


def test_when_every_number_is_alive_it_says_so(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "highest", lambda _digits: 2)
    shop = cast.shop()
    cast.rules(shop, number_digits=5)
    cast.subscription(shop, "00001")
    cast.subscription(shop, "00002")
    with pytest.raises(RefusedError) as refused:
        numbering.next_number(session, shop.id, TODAY)
    assert refused.value.code == Refusal.NUMBERS_USED_UP


def test_shops_count_for_themselves(session: Session, cast: Cast) -> None:
    mine, other = cast.shop(), cast.shop("ume")
    cast.rules(mine, last_number=7)
    cast.rules(other)
    assert numbering.next_number(session, other.id, TODAY) == "0000000001"


def test_many_at_once_get_a_number_each_without_a_gap(app: Flask, session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    session.commit()
    together = Barrier(4)

    def take_five() -> list[str]:
        together.wait()
        taken = []
        for _ in range(5):
            with app.app_context(), Session(db.engine) as own, own.begin():
                taken.append(numbering.next_number(own, shop.id, TODAY))
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [number for future in [threads.submit(take_five) for _ in range(4)] for number in future.result()]
    assert sorted(taken) == [f"{n:010d}" for n in range(1, 21)]


def test_settings_that_were_never_made_have_the_defaults(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    unset = of_shop(session, shop.id)
    stored = SubscriptionRules(shop_id=shop.id)
    assert (unset.lead_days, unset.creation_days, unset.enabled, unset.changes) == (3, 7, False, {})
    assert unset not in session
    session.add(stored)
    session.commit()
    assert of_shop(session, shop.id) is stored
    assert all(
        getattr(unset, column.key) == getattr(stored, column.key)
        for column in SubscriptionRules.__table__.columns
        if column.key != "id"
    )


def test_the_clock_of_the_cast_is_where_these_tests_think_it_is(cast: Cast) -> None:
    assert cast.now == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
