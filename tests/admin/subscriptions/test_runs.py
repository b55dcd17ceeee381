"""注文作成: the dry run for tomorrow, the report of runs, making one order now, and confirming orders for past dates."""

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.models import Export, GenerationRun, Order, Staff
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.admin.subscriptions.desk import Desk, numbers, plain
from tests.cast import Cast

TOMORROW = date(2026, 11, 22)
DUE_TOMORROW = TOMORROW + timedelta(days=11)
"""Delivery date of the orders that are made tomorrow."""
DUE_TODAY = DUE_TOMORROW - timedelta(days=1)
LATE = date(2026, 11, 12)


@pytest.fixture
def manager(client: FlaskClient, cast: Cast) -> Desk:
    return Desk(client, cast, role=Role.MANAGER)


def work(desk: Desk) -> None:
    """Run the worker on the shop's due subscriptions."""
    with desk.client.application.app_context():
        jobs.subscriptions.generate_chunk(str(desk.shop.id))
    desk.session.rollback()


def codes(desk: Desk) -> list[str]:
    desk.session.rollback()
    return sorted(desk.session.scalars(select(Order.code)))


# --- the dry run -----------------------------------------------------------------------------------------------------
def test_tomorrow_shows_what_will_be_made_and_makes_nothing(desk: Desk) -> None:
    desk.subscription("0000000001", next_delivery_on=DUE_TOMORROW)
    desk.subscription("0000000002", next_delivery_on=DUE_TOMORROW, next_skipped=True)
    desk.subscription("0000000003", next_delivery_on=DUE_TOMORROW + timedelta(days=1))
    desk.subscription("0000000004", next_delivery_on=DUE_TOMORROW, state="suspended")
    page = desk.get("planned")
    words = plain(page)
    assert sorted(numbers(page)) == ["0000000001", "0000000002"]
    for said in ("明日作成される注文", "作る注文 1", "金額の合計 ¥1,580", "スキップ 1", "2026年11月22日(日) の予定"):
        assert said in words, said
    assert codes(desk) == []


def test_another_day_can_be_chosen(desk: Desk) -> None:
    desk.subscription("0000000003", next_delivery_on=DUE_TOMORROW + timedelta(days=1))
    assert numbers(desk.get("planned", day="2026-11-23")) == ["0000000003"]
    assert "作る注文はありません" in desk.get("planned")


@pytest.mark.parametrize("day", ["きのう", "2026-11-20", "2031-01-01"])
def test_a_day_that_has_no_plan_is_said(desk: Desk, day: str) -> None:
    assert "今日から1年先までの日を選んでください。" in desk.get("planned", day=day)


def test_what_waits_and_what_fails_is_named(desk: Desk) -> None:
    desk.subscription("0000000001", next_delivery_on=LATE)
    desk.subscription(
        "0000000002", next_delivery_on=DUE_TOMORROW, needs_attention=True, attention_reason="nothing_left"
    )
    words = plain(desk.get("planned"))
    for said in ("確認を待つもの 1", "作れないもの 1", "確認を待っています", "これからお届けする商品がありません"):
        assert said in words, said


def test_the_carts_orders_are_not_planned_here(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, generates="them")
    desk.subscription(next_delivery_on=DUE_TOMORROW)
    assert "店舗のカートが注文を作ります" in desk.get("planned")


# --- the runs --------------------------------------------------------------------------------------------------------
def test_a_manager_makes_todays_orders_now_and_sees_them(manager: Desk) -> None:
    one = manager.subscription("0000000001", next_delivery_on=DUE_TODAY)
    manager.subscription("0000000002", next_delivery_on=DUE_TODAY, next_skipped=True)
    page = manager.send("runs", of="runs")
    run = manager.session.scalars(select(GenerationRun)).one()
    assert str(run.id) in page
    assert "2件のうち0件" in plain(manager.get(f"runs/{run.id}"))
    work(manager)
    work(manager)
    words = plain(manager.get(f"runs/{run.id}"))
    for said in ("0000000001-2", "作った注文 1", "スキップ 1", "¥1,580", "に終わりました。"):
        assert said in words, said
    assert "2026年11月21日(土)" in plain(manager.get("runs"))
    assert "0000000001-2" in plain(manager.get(f"{one}/deliveries"))


def test_the_orders_of_a_run_are_handed_on_as_a_file(manager: Desk) -> None:
    manager.subscription("0000000001", next_delivery_on=DUE_TODAY)
    manager.send("runs", of="runs")
    work(manager)
    run = manager.session.scalars(select(GenerationRun)).one()
    page = manager.get(f"runs/{run.id}")
    once = page.split('name="once"')[1].split('value="')[1].split('"')[0]
    manager.send(f"runs/{run.id}/export", of=f"runs/{run.id}", encoding="utf-8-sig", once=once)
    manager.session.rollback()
    export = manager.session.scalars(select(Export)).one()
    assert (export.kind, export.question) == ("generated_orders", {"since": "2026-11-21", "until": "2026-11-21"})


def test_pressed_twice_nothing_is_made_twice(manager: Desk) -> None:
    manager.subscription("0000000001", next_delivery_on=DUE_TODAY)
    for _ in range(2):
        manager.send("runs", of="runs")
        work(manager)
    assert codes(manager) == ["0000000001-2"]


def test_only_managers_start_a_run(desk: Desk) -> None:
    assert "今日の分を今すぐ作る" not in desk.get("runs")
    assert "まだ注文を作っていません。" in desk.get("runs")


def test_the_runs_page_names_those_whose_order_could_not_be_made(desk: Desk) -> None:
    desk.subscription("0000000009", needs_attention=True, attention_reason="code_taken")
    page = desk.get("runs")
    assert "0000000009" in numbers(page)
    assert "受注コードを、ほかの注文が使っています" in page


# --- late orders -----------------------------------------------------------------------------------------------------
def test_late_orders_are_listed_with_their_dates_and_sum_before_anybody_is_charged(desk: Desk) -> None:
    one = desk.subscription(cycle="weeks:1", next_delivery_on=LATE)
    words = plain(desk.get(f"{one}/late"))
    # The deliveries of the 12th and 19th are past; those of the next two weeks should have been made by now, too.
    for said in ("4件の注文を、1日に1つずつ", "あわせて¥6,320", "2026年11月12日(木)", "2026年11月19日(木)"):
        assert said in words, said
    for follows in ("2026年11月26日(木)", "2026年12月3日(木)"):
        assert follows in words, follows
    assert "2026年12月10日" not in words


def test_a_confirmation_lets_them_be_made_one_a_day(desk: Desk) -> None:
    one = desk.subscription(cycle="weeks:1", next_delivery_on=LATE, needs_attention=True, attention_reason="late")
    desk.send(f"{one}/late", of=f"{one}/late", until="2026-11-19")
    stored = desk.now(one)
    assert (stored.late_until, stored.next_creation_on) == (date(2026, 11, 19), TOMORROW)
    assert not stored.needs_attention
    assert "subscription.late_confirmed" in desk.actions(one)
    assert "お届け日を過ぎた分を" not in plain(desk.get(one))


def test_several_are_confirmed_together_and_one_that_changed_meanwhile_is_left(desk: Desk) -> None:
    first = desk.subscription("0000000001", next_delivery_on=LATE)
    second = desk.subscription("0000000002", next_delivery_on=LATE)
    third = desk.subscription("0000000003", next_delivery_on=LATE)
    page = desk.get("late")
    keys = {key.split("_")[0]: key for key in page.split('name="late" value="')[1:] for key in [key.split('"')[0]]}
    assert set(keys) == {str(first), str(second), str(third)}
    desk.change(second, "fees", cool_fee="300")
    desk.send("late", of="late", late=[keys[str(first)], keys[str(second)]])
    assert desk.now(first).late_until == LATE
    assert (desk.now(second).late_until, desk.now(third).late_until) == (None, None)
    words = plain(desk.get("late"))
    assert "1件を確認しました。" in words
    assert "1件は、画面を開いたあとに変わった" in words


def test_nobodys_key_is_taken(desk: Desk) -> None:
    other = desk.cast.shop("momiji")
    desk.cast.rules(other)
    foreign = desk.cast.subscription(other, next_delivery_on=LATE)
    desk.session.commit()
    desk.subscription(next_delivery_on=LATE)
    desk.send("late", of="late", late=[f"{foreign.id}_1_2026-11-12", "x", "1_2_3"])
    assert desk.now(foreign.id).late_until is None


def test_nothing_late_says_so(desk: Desk) -> None:
    one = desk.subscription()
    assert "確認を待つものはありません。" in desk.get("late")
    assert desk.client.get(f"/admin/shops/sakura/subscriptions/{one}/late").status_code == 303


# --- today -----------------------------------------------------------------------------------------------------------
def test_today_names_what_waits_for_a_person(desk: Desk) -> None:
    desk.subscription("0000000001", next_delivery_on=LATE, needs_attention=True, attention_reason="late")
    desk.subscription("0000000002", needs_attention=True, attention_reason="お客さまに電話する")
    words = plain(desk.client.get("/admin/shops/sakura/").text)
    for said in ("お届け日を過ぎて、確認を待つ定期購入 1件", "対応が必要な定期購入 1件", "お客さまに電話する"):
        assert said in words, said


def test_todays_late_ones_are_of_the_day_in_tokyo(desk: Desk, clock: object) -> None:
    desk.subscription("0000000001", next_delivery_on=date(2026, 11, 22), next_creation_on=TOMORROW)
    assert "現在、対応が必要なことはありません。" in desk.client.get("/admin/shops/sakura/").text
    clock.instant = datetime.fromisoformat("2026-11-21T15:30:00+00:00")  # type: ignore[attr-defined]
    sign_in(desk.client, desk.session.scalars(select(Staff)).one())
    assert "確認を待つ定期購入" in desk.client.get("/admin/shops/sakura/").text
