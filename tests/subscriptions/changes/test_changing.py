"""Each change that staff can make, its consequences, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditEntry, AuditValue, Subscription, SubscriptionOccurrence
from portal.subscriptions.changes.changing import change, foresee
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.record.items import Item, of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.schedule import plan
from portal.values.points import PointsUse
from tests.cast import Cast

SUZUKI = "staff:suzuki"

Change = Callable[..., bool]


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    shop = cast.shop()
    cast.rules(shop)
    return cast.subscription(shop)


@pytest.fixture
def do(session: Session, cast: Cast, subscription: Subscription) -> Change:
    def do(wanted: Wanted, manner: Manner | None = None, **more: Any) -> bool:
        frame = frame_of(session, subscription.shop_id)
        return change(
            session, subscription, wanted, manner or Manner(), frame=frame, actor=SUZUKI, now=cast.now, **more
        )

    return do


def refusal(do: Change, wanted: Wanted, manner: Manner | None = None) -> tuple[str, str]:
    with pytest.raises(RefusedError) as refused:
        do(wanted, manner)
    return refused.value.code, refused.value.field


def dates(subscription: Subscription) -> tuple[date, date, date, date]:
    return (
        subscription.anchor_on,
        subscription.next_delivery_on,
        subscription.next_ship_on,
        subscription.next_creation_on,
    )


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


# --- dates -----------------------------------------------------------------------------------------------------------
def test_a_date_moved_this_time_only_leaves_the_anchor(subscription: Subscription, do: Change) -> None:
    do({"next_delivery_on": date(2026, 12, 20)})
    assert dates(subscription) == (date(2026, 12, 15), date(2026, 12, 20), date(2026, 12, 16), date(2026, 12, 9))


def test_a_date_moved_from_now_on_is_the_new_anchor(session: Session, subscription: Subscription, do: Change) -> None:
    do({"cycle": "days:30"})
    do({"next_delivery_on": date(2026, 12, 20)})
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 1, 14
    )
    do({"next_delivery_on": date(2026, 12, 20)}, Manner(from_now_on=True))
    assert subscription.anchor_on == date(2026, 12, 20)
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 1, 19
    )


def test_ship_and_delivery_date_go_in_step_or_alone(subscription: Subscription, do: Change) -> None:
    do({"next_ship_on": date(2026, 12, 14)})
    assert dates(subscription)[1:] == (date(2026, 12, 18), date(2026, 12, 14), date(2026, 12, 7))
    do({"next_ship_on": date(2026, 12, 15)}, Manner(in_step=False))
    assert dates(subscription)[1:] == (date(2026, 12, 18), date(2026, 12, 15), date(2026, 12, 8))
    do({"next_delivery_on": date(2026, 12, 19)}, Manner(in_step=False))
    assert dates(subscription)[1:] == (date(2026, 12, 19), date(2026, 12, 15), date(2026, 12, 8))
    do({"next_creation_on": date(2026, 12, 1)})
    assert dates(subscription)[1:] == (date(2026, 12, 19), date(2026, 12, 15), date(2026, 12, 1))


def test_dates_that_cannot_follow_one_another_are_refused(do: Change) -> None:
    alone = Manner(in_step=False)
    assert refusal(do, {"next_ship_on": date(2026, 12, 16)}, alone) == ("ship_after_delivery", "next_ship_on")
    assert refusal(do, {"next_creation_on": date(2026, 12, 12)}) == ("creation_after_ship", "next_creation_on")


def test_the_anchor_never_goes_back_to_a_cycle_that_was_dealt_with(
    session: Session, cast: Cast, subscription: Subscription, do: Change
) -> None:
    done = date(2026, 11, 30)
    session.add(
        SubscriptionOccurrence(
            shop_id=subscription.shop_id,
            subscription_id=subscription.id,
            anchor_on=done,
            cycle_number=1,
            delivery_on=done,
            ship_on=done,
            creation_on=done,
            outcome="ordered",
            actor="job",
            at=cast.now,
        )
    )
    session.flush()
    assert refusal(do, {"next_delivery_on": done}, Manner(from_now_on=True)) == ("date_taken", "next_delivery_on")
    assert do({"next_delivery_on": done}), "moved this time only it stays another cycle"


# --- cycles ----------------------------------------------------------------------------------------------------------
def test_after_a_change_of_cycle_the_promised_delivery_stays_and_is_the_base(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"next_delivery_on": date(2026, 12, 18), "cycle_fixed": False})
    do({"cycle": "weeks:2"})
    assert subscription.cycle_fixed
    assert dates(subscription)[:2] == (date(2026, 12, 18), date(2026, 12, 18))
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 1, 1
    )


def test_a_monthly_cycle_counts_from_the_month_of_the_promised_delivery(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"cycle": "months:2@31"})
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 2, 28
    )


def test_a_cycle_from_today_gives_the_first_date_that_can_be_met(subscription: Subscription, do: Change) -> None:
    do({"cycle": "days:10"}, Manner(cycle_from="today"))
    # 1 December is too early: three days of lead, one on the way, seven from creation to shipping.
    assert dates(subscription) == (date(2026, 12, 11), date(2026, 12, 11), date(2026, 12, 7), date(2026, 11, 30))


def test_what_is_no_cycle_is_refused(do: Change) -> None:
    assert refusal(do, {"cycle": "weeks:53"}) == ("cycle", "cycle")
    assert refusal(do, {"cycle": "months:2"}, Manner(cycle_from="today")) == ("cycle_base", "cycle")


def test_recalculating_uses_the_items_rule_of_the_cycle_before(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"items": [Item(name="お試し", later_price=500, cycles=("days:14", "days:30"))], "cycle_fixed": False})
    subscription.previous_delivery_on = date(2026, 11, 30)
    do({"cycle_number": 2})
    assert subscription.next_delivery_on == date(2026, 12, 15), "nothing moves before it is asked for"
    assert do({}, Manner(recalculate=True))
    assert subscription.next_delivery_on == date(2026, 12, 14)
    assert not do({}, Manner(recalculate=True))
    do({"cycle_number": 3}, Manner(recalculate=True))
    assert dates(subscription) == (date(2026, 12, 30), date(2026, 12, 30), date(2026, 12, 26), date(2026, 12, 19))


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
