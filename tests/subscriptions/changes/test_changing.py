"""Each change that staff can make, its consequences, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditEntry, AuditValue, Subscription
from portal.subscriptions.changes.changing import change, foresee
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.record.items import Item, of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.schedule import plan
from portal.values.points import PointsUse
from tests.cast import Cast
from tests.subscriptions.changes.changing import SUZUKI, Change, dates, do, refusal

__all__ = ["do"]


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    shop = cast.shop()
    cast.rules(shop)
    return cast.subscription(shop)


# --- history and versions --------------------------------------------------------------------------------------------
def test_a_change_is_written_down_once_with_before_and_after(
    session: Session, subscription: Subscription, do: Change
) -> None:
    version = subscription.version
    assert do({"shipping_fee": 600, "memo": "犬に注意"})
    assert not do({"shipping_fee": 600}), "pressed twice"
    session.commit()
    assert session.scalars(select(AuditEntry.action)).all() == ["subscription.changed"]
    rows = session.execute(select(AuditValue.field, AuditValue.before, AuditValue.after)).all()
    assert {tuple(row) for row in rows} == {("shipping_fee", "500", "600"), ("memo", "", "犬に注意")}
    assert subscription.version == version + 1


def test_a_form_from_before_somebody_elses_change_overwrites_nothing(
    session: Session, subscription: Subscription, do: Change
) -> None:
    seen = subscription.version
    do({"note_1": "先の人"})
    session.commit()
    with pytest.raises(StaleError):
        do({"note_1": "後の人"}, seen_version=seen)
    assert not do({"note_1": "先の人"}, seen_version=seen), "the same again does no harm"
    session.rollback()
    assert subscription.note_1 == "先の人"


def test_a_change_of_items_alone_makes_other_forms_stale(
    session: Session, subscription: Subscription, do: Change
) -> None:
    seen = subscription.version
    do({"items": [Item(name="ほうじ茶", later_price=900)]})
    session.commit()
    with pytest.raises(StaleError):
        do({"memo": "x"}, seen_version=seen)


def test_of_two_at_once_the_second_is_told(
    app: Flask, session: Session, cast: Cast, subscription: Subscription
) -> None:
    session.commit()
    seen, together = subscription.version, Barrier(2)

    def try_it(words: str) -> str:
        together.wait()
        with app.app_context(), Session(db.engine) as own, own.begin():
            mine = own.get_one(Subscription, subscription.id)
            try:
                change(
                    own,
                    mine,
                    {"memo": words},
                    frame=frame_of(own, mine.shop_id),
                    seen_version=seen,
                    actor=words,
                    now=cast.now,
                )
            except StaleError:
                return "stale"
            return words

    with ThreadPoolExecutor(2) as threads:
        said = [future.result() for future in [threads.submit(try_it, words) for words in ("one", "two")]]
    session.refresh(subscription)
    assert sorted(said) == sorted([subscription.memo, "stale"])


def test_seeing_what_will_be_changes_nothing(session: Session, cast: Cast, subscription: Subscription) -> None:
    wanted: Wanted = {"cycle": "weeks:2", "items": [Item(name="ほうじ茶", quantity=2, later_price=900)]}
    after = foresee(session, subscription, wanted, frame=frame_of(session, subscription.shop_id), now=cast.now)
    first, second = plan(facts_of(session, after, frame_of(session, after.shop_id)), 2)
    assert (second.delivery_on - first.delivery_on, first.total) == (timedelta(days=14), 2300)
    assert not session.dirty
    assert not session.new
    assert (subscription.cycle, of(subscription)[0].name) == ("months:1@15", "煎茶 やぶきた 100g")


# --- where it goes and how -------------------------------------------------------------------------------------------
def test_another_prefecture_moves_ship_and_creation_date_never_the_promise(
    subscription: Subscription, do: Change
) -> None:
    do(
        {
            "delivery_to": "own",
            "recipient_name": "鈴木 一",
            "recipient_address": "札幌市1",
            "recipient_prefecture": "北海道",
        }
    )
    assert dates(subscription) == (date(2026, 12, 15), date(2026, 12, 15), date(2026, 12, 9), date(2026, 12, 2))


def test_a_change_that_does_not_touch_the_way_leaves_a_ship_date_set_by_hand(
    subscription: Subscription, do: Change
) -> None:
    do({"next_ship_on": date(2026, 12, 10)}, Manner(in_step=False))
    do({"prefecture": "東京都", "address": "千代田区1"})
    assert subscription.next_ship_on == date(2026, 12, 10)


def test_an_address_of_its_own_needs_a_name_and_a_place(do: Change) -> None:
    assert refusal(do, {"delivery_to": "own", "recipient_address": "札幌市1"}) == ("required", "recipient_name")
    assert refusal(do, {"delivery_to": "own", "recipient_name": "鈴木"}) == ("required", "recipient_address")
    assert refusal(do, {"delivery_to": "moon"}) == ("address", "delivery_to")
    assert refusal(do, {"delivery_to": "listed"}) == ("address", "listed_address_id")


def test_a_method_without_a_date_takes_the_time_slot_away(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"payment_method": "NP後払い", "time_slot": "午前中"})
    do({"delivery_method": "ネコポス"})
    assert subscription.time_slot == ""
    assert facts_of(session, subscription, frame_of(session, subscription.shop_id)).timing.dateless_days == 4
    assert refusal(do, {"time_slot": "午前中"}) == ("no_slots", "time_slot")


def test_cash_on_delivery_and_a_method_that_collects_none_exclude_each_other(
    subscription: Subscription, do: Change
) -> None:
    assert refusal(do, {"delivery_method": "ネコポス"}) == ("cannot_collect", "payment_method")
    do({"payment_method": "NP後払い", "delivery_method": "ネコポス"})
    assert refusal(do, {"payment_method": "代金引換"}) == ("cannot_collect", "payment_method")
    assert do({"payment_method": "代金引換", "delivery_method": "宅急便"})


# --- payment ---------------------------------------------------------------------------------------------------------
def test_to_a_card_only_with_a_registered_card_of_this_buyer(
    session: Session, cast: Cast, subscription: Subscription, do: Change
) -> None:
    shop_id = subscription.shop_id
    shop = session.get_one(type(cast.shop("ume")), shop_id)
    gone = cast.card(shop, reference="gone", deleted_at=cast.now)
    taros = cast.card(shop, reference="taro", email_key="taro@example.jp")
    hers = cast.card(shop)
    for card_id in (None, gone.id, taros.id):
        assert refusal(do, {"payment_method": "クレジットカード", "card_id": card_id}) == ("no_card", "card_id")
    assert do({"payment_method": "クレジットカード", "card_id": hers.id, "instalments": 3})
    do({"payment_method": "NP後払い"})
    assert (subscription.card_id, subscription.instalments) == (None, 1)


def test_to_a_wallet_only_with_a_consent_and_one_wallets_is_not_anothers(
    subscription: Subscription, do: Change
) -> None:
    assert refusal(do, {"payment_method": "Amazon Pay"}) == ("no_consent", "wallet_agreement")
    assert do({"payment_method": "Amazon Pay", "wallet_agreement": "B01-1"})
    do({"payment_method": "代金引換"})
    assert subscription.wallet_agreement == ""


def test_a_payment_that_is_not_on_offer_is_refused(do: Change) -> None:
    assert refusal(do, {"payment_method": "銀行振込"}) == ("method_not_offered", "payment_method")


# --- items, money, counts --------------------------------------------------------------------------------------------
def test_items_are_put_in_place_as_a_whole(session: Session, subscription: Subscription, do: Change) -> None:
    wanted = [Item(name="ほうじ茶", later_price=900), Item(name="煎茶", later_price=1000, remaining=2)]
    do({"items": wanted})
    session.commit()
    session.refresh(subscription)
    assert of(subscription) == tuple(wanted)
    do({"items": list(reversed(wanted))})
    session.commit()
    assert [(item.position, item.name) for item in subscription.items] == [(1, "煎茶"), (2, "ほうじ茶")]
    assert refusal(do, {"items": []}) == ("no_items", "items")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"shipping_fee": -1}, "shipping_fee"),
        ({"cycle_number": 0}, "cycle_number"),
        ({"remaining_orders": 0}, "remaining_orders"),
        ({"instalments": 0}, "instalments"),
        ({"coupon": 99_999_999}, "coupon"),
    ],
)
def test_numbers_have_their_bounds(wanted: Wanted, field: str, do: Change) -> None:
    assert refusal(do, wanted) == ("out_of_range", field)


def test_points_notes_and_limits_are_set(subscription: Subscription, do: Change) -> None:
    do({"points_use": PointsUse.ALWAYS, "points_each": 100, "remaining_orders": 5, "wrapping": "のし"})
    assert (subscription.points_use, subscription.remaining_orders, subscription.wrapping) == ("always", 5, "のし")
    do({"remaining_orders": None})
    assert subscription.remaining_orders is None


# --- contact ---------------------------------------------------------------------------------------------------------
def test_cards_follow_a_new_address_unless_another_subscription_is_under_the_old(
    session: Session, cast: Cast, subscription: Subscription, do: Change
) -> None:
    shop = session.get_one(type(cast.shop("ume")), subscription.shop_id)
    card = cast.card(shop)
    second = cast.subscription(shop, "0000000002")
    do({"email": "Hana@Example.jp"})
    session.refresh(card)
    assert (subscription.email_key, card.email_key) == ("hana@example.jp", "hanako@example.jp")
    change(
        session,
        second,
        {"email": "hana2@example.jp"},
        frame=frame_of(session, second.shop_id),
        actor=SUZUKI,
        now=cast.now,
    )
    session.refresh(card)
    assert card.email_key == "hana2@example.jp"
    assert refusal(do, {"email": "nobody"}) == ("email", "email")


# --- when nothing may be changed -------------------------------------------------------------------------------------
def test_on_the_creation_date_only_the_memo_can_be_written(
    session: Session, cast: Cast, subscription: Subscription, do: Change
) -> None:
    subscription.next_creation_on = date(2026, 11, 21)
    session.flush()
    assert refusal(do, {"time_slot": "午前中"}) == ("locked", "")
    assert refusal(do, {"note_1": "x"}) == ("locked", "")
    assert do({"memo": "電話あり"})


def test_of_a_finished_one_only_notes_can_be_written(session: Session, subscription: Subscription, do: Change) -> None:
    subscription.state = "finished"  # type: ignore[assignment]
    session.flush()
    assert refusal(do, {"next_delivery_on": date(2027, 1, 1)}) == ("finished", "")
    assert do({"note_1": "お礼状"})


def test_a_refused_change_leaves_everything_as_it_was(session: Session, subscription: Subscription, do: Change) -> None:
    with pytest.raises(RefusedError):
        do({"memo": "x", "shipping_fee": 1, "items": [Item(name="新")], "payment_method": "Amazon Pay"})
    session.commit()
    session.refresh(subscription)
    assert (subscription.memo, subscription.shipping_fee, subscription.payment_method) == ("", 500, "代金引換")
    assert of(subscription)[0].name == "煎茶 やぶきた 100g"
    assert session.scalars(select(AuditEntry)).all() == []
