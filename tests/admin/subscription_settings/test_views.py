"""定期購入の設定: each section's form, what it refuses, and the dates that follow from it."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ClosedDay, Shop, SubscriptionRules
from portal.subscriptions.rules.declarations import ALL, DECLARED
from portal.values.roles import Role
from portal.values.settings import Widget
from tests.admin.settings.forms_as_sent import fields_of
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

BASE = "/admin/shops/sakura/subscription-settings"


def form(client: FlaskClient, topic: str) -> dict[str, str]:
    return fields_of(client.get(f"{BASE}/{topic}").text)


def send(client: FlaskClient, topic: str, changes: dict[str, Any], rest: str = "") -> Any:
    """Open the section, fill in `changes` (None unticks a box) and press the button that sends to `rest`."""
    fields = form(client, topic) | changes
    return client.post(f"{BASE}/{topic}{rest}", data={name: one for name, one in fields.items() if one is not None})


def press(client: FlaskClient, rest: str, fields: dict[str, str]) -> Any:
    """Send a form of the days' page other than the settings' own."""
    return client.post(f"{BASE}/{rest}", data=fields | {"csrf_token": csrf_token(client, f"{BASE}/days")})


def stored(session: Session, shop: Shop) -> SubscriptionRules:
    session.rollback()
    session.expire_all()
    return session.scalars(select(SubscriptionRules).filter_by(shop_id=shop.id)).one()


# --- saving ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", [one.column for one in ALL if one.widget is not Widget.OWN])
def test_every_setting_is_asked_for_on_the_page_of_its_section(suzuki: FlaskClient, column: str) -> None:
    page = suzuki.get(f"{BASE}/{DECLARED[column].section}").text
    assert re.search(rf'name="{column}"', page)


@pytest.mark.parametrize("topic", ["basics", "days", "cycles", "fees", "changes", "numbering", "mails", "names"])
def test_a_section_saved_as_it_is_changes_nothing(
    suzuki: FlaskClient, session: Session, shop: Shop, topic: str
) -> None:
    answer = suzuki.post(f"{BASE}/{topic}", data=form(suzuki, topic), follow_redirects=True)
    assert "変わったところはありません" in answer.text
    assert stored(session, shop).version == 1


@pytest.mark.parametrize(
    ("topic", "typed", "column", "value"),
    [
        ("basics", {"comment": "新茶は5月から\r\nお届けします。"}, "comment", "新茶は5月から\nお届けします。"),
        ("basics", {"takes_new": None}, "takes_new", False),
        ("basics", {"generates": "them"}, "generates", "them"),
        ("days", {"lead_days": "５"}, "lead_days", 5),
        ("days", {"creation_base": "delivery"}, "creation_base", "delivery"),
        ("days", {"transit-p47": "4", "transit-p01": ""}, "transit_days", {"": 1, "沖縄県": 4}),
        ("days", {"dateless-0-days": "3"}, "dateless_days", {"ネコポス": 3}),
        ("days", {"closed_on_holidays": "y"}, "closed_on_holidays", True),
        ("cycles", {"payment_methods": "代金引換\r\n\r\n 銀行振込 "}, "payment_methods", ["代金引換", "銀行振込"]),
        ("cycles", {"authorises": None}, "authorises", False),
        ("fees", {"shipping-p00": "６００", "shipping-p01": "1,200"}, "shipping_fees", {"": 600, "北海道": 1200}),
        (
            "fees",
            {"payments-1-fee": "330", "payments-0-fee": "0"},
            "payment_fees",
            {"クレジットカード": 0, "代金引換": 330},
        ),
        ("changes", {"permits-address-extra": "3"}, "changes", {"address": 3}),
        ("changes", {"permits-points-allowed": None}, "changes", {"points": None}),
        ("changes", {"pauses_longest": "90"}, "pauses_longest", 90),
        ("changes", {"offer_1": "skip", "offer_3": "longer"}, "offers_before_cancelling", ["skip", "longer"]),
        ("numbering", {"numbering": "prefix", "number_prefix": "ＴＥＡ-"}, "number_prefix", "TEA-"),
        ("numbering", {"last_number": "1,200"}, "last_number", 1200),
        ("mails", {"upcoming_days": "14"}, "upcoming_days", 14),
        ("names", {"names-active": "継続中"}, "status_names", {"active": "継続中"}),
    ],
)
def test_what_is_typed_is_kept_and_shown_again(
    suzuki: FlaskClient, session: Session, shop: Shop, topic: str, typed: dict[str, Any], column: str, value: Any
) -> None:
    assert send(suzuki, topic, typed).status_code == 303
    assert getattr(stored(session, shop), column) == value
    assert suzuki.get(f"{BASE}/{topic}").status_code == 200
    assert suzuki.get(BASE).status_code == 200


def test_only_ticked_cycles_are_on_offer(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    typed = {"cycles-weeks-offered": None, "cycles-days-least": "10", "cycles-days-most": "45"}
    assert send(suzuki, "cycles", typed).status_code == 303
    offered = stored(session, shop).cycles_offered
    assert offered["days"] == [10, 45]
    assert "weeks" not in offered
    assert offered["months"] == [1, 6]


# --- refusals --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("topic", "typed", "said"),
    [
        ("basics", {"comment": "長" * 1001}, "1000文字まで"),
        ("days", {"creation_days": "61"}, "0から60までの数字"),
        ("days", {"creation_base": "delivery", "creation_days": "5"}, "発送する日を過ぎてから"),
        ("fees", {"shipping-p47": "-1"}, "0から99999までの数字"),
        ("fees", {"payments-1-fee": "三百円"}, "数字で書いてください"),
        ("days", {"creation_days": "七日"}, "数字で書いてください"),
        ("days", {"transit-p47": "31"}, "0から30までの数字"),
        ("days", {"dateless-7-words": "とても小さな便", "dateless-7-days": "0"}, "1から30までの数字"),
        ("cycles", {"cycles-days-most": ""}, "選べる範囲を、両方とも"),
        ("cycles", {"cycles-weeks-least": "13"}, "範囲が逆です"),
        ("cycles", {"cycles-months-most": "13"}, "1から12までの数字"),
        ("changes", {"permits-cycle-extra": "-1"}, "0から60までの数字"),
        ("changes", {"skips_allowed": "0"}, "1回以上"),
        ("changes", {"offer_1": "pause", "permits-pause-allowed": None}, "ご提案できません"),
        ("changes", {"offer_1": "skip", "offer_2": "skip"}, "同じものが2回"),
        ("numbering", {"numbering": "prefix"}, "番号の前に付ける文字を書いて"),
        ("numbering", {"number_prefix": "お茶"}, "半角の英数字と - _ /"),
        ("numbering", {"number_digits": "5", "last_number": "100000"}, "桁数に入りきりません"),
        ("mails", {"upcoming_days": "31"}, "1から30までの数字"),
        ("names", {"names-active": "終了", "names-finished": "終了"}, "ほかの状態と同じ名前"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_stays_in_the_form(
    suzuki: FlaskClient, session: Session, shop: Shop, topic: str, typed: dict[str, Any], said: str
) -> None:
    answer = send(suzuki, topic, typed)
    assert answer.status_code == 422
    assert "保存していません" in answer.text
    assert said in answer.text
    again = fields_of(answer.text)
    assert {name: again.get(name) for name in typed} == typed
    assert stored(session, shop).version == 1


def test_all_that_is_wrong_is_said_at_once(suzuki: FlaskClient) -> None:
    answer = send(suzuki, "days", {"lead_days": "三日", "transit-p47": "99", "creation_days": "-1"})
    assert "数字で書いてください" in answer.text
    assert "0から30までの数字" in answer.text
    assert "0から60までの数字" in answer.text


def test_a_week_without_an_open_day_is_refused(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    answer = suzuki.post(f"{BASE}/days", data=form(suzuki, "days") | {"closed_weekdays": days})
    assert answer.status_code == 422
    assert "出荷できる日がありません" in answer.text
    assert suzuki.post(f"{BASE}/days", data=form(suzuki, "days") | {"closed_weekdays": days[5:]}).status_code == 303
    assert stored(session, shop).closed_weekdays == ["sat", "sun"]


def test_time_slots_are_taken_away_by_ticking_and_no_other_is_taken(
    suzuki: FlaskClient, session: Session, shop: Shop
) -> None:
    page = form(suzuki, "cycles")
    for chosen, status in ((["12時〜14時", "1時〜2時"], 422), (["12時〜14時", "午前中"], 303)):
        answer = suzuki.post(f"{BASE}/cycles", data=page | {"time_slots_refused": chosen})
        assert answer.status_code == status
    assert stored(session, shop).time_slots_refused == ["12時〜14時", "午前中"]
    again = suzuki.get(f"{BASE}/cycles").text
    assert len(re.findall(r'<input checked[^>]*name="time_slots_refused"', again)) == 2
    assert "20時〜21時" not in again, "no carrier offers it"


def test_switching_off_while_one_is_active_is_refused_and_says_what_to_do_instead(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    cast.subscription(shop)
    cast.session.commit()
    answer = send(suzuki, "basics", {"enabled": None})
    assert answer.status_code == 422
    assert "新しい申し込みだけを止めるとき" in answer.text
    assert stored(session, shop).enabled


# --- two tabs --------------------------------------------------------------------------------------------------------
def test_the_second_of_two_tabs_overwrites_nothing_and_may_decide_anew(
    suzuki: FlaskClient, session: Session, shop: Shop
) -> None:
    old = form(suzuki, "days")
    assert suzuki.post(f"{BASE}/days", data=old | {"creation_days": "10"}).status_code == 303
    stale = suzuki.post(f"{BASE}/days", data=old | {"creation_days": "14"})
    assert stale.status_code == 409
    assert "鈴木 一郎さんが「10日」に変えました" in stale.text
    assert stored(session, shop).creation_days == 10
    assert suzuki.post(f"{BASE}/days", data=fields_of(stale.text)).status_code == 303
    assert stored(session, shop).creation_days == 14


def test_a_stale_table_overwrites_nothing(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    old = form(suzuki, "changes")
    assert suzuki.post(f"{BASE}/changes", data=old | {"permits-cycle-extra": "2"}).status_code == 303
    stale = suzuki.post(f"{BASE}/changes", data=old | {"permits-address-extra": "5"})
    assert stale.status_code == 409
    assert "鈴木 一郎さんが" in stale.text
    assert stored(session, shop).changes == {"cycle": 2}


def test_numbers_given_out_while_the_form_was_open_stay_given_out(
    suzuki: FlaskClient, session: Session, shop: Shop
) -> None:
    old = form(suzuki, "numbering")
    stored(session, shop).last_number = 7
    session.commit()
    assert suzuki.post(f"{BASE}/numbering", data=old | {"number_digits": "8"}).status_code == 303
    assert stored(session, shop).last_number == 7, "not typed over: left alone"
    stale = suzuki.post(f"{BASE}/numbering", data=old | {"version": "2", "last_number": "3"})
    assert stale.status_code == 409
    assert "番号が7まで進みました" in stale.text
    assert stored(session, shop).last_number == 7


# --- what it comes to ------------------------------------------------------------------------------------------------
def test_the_days_come_with_an_example_that_follows_typing(suzuki: FlaskClient) -> None:
    typed = {"sample_on": "2026-12-15", "sample_prefecture": "沖縄県", "transit-p47": "4"}
    answer = send(suzuki, "days", typed, "/preview")
    # It ships 3 + 4 days before the delivery, and the order is made 7 days before that.
    assert "2026年12月15日(火)" in answer.text
    assert "12月8日(火)" in answer.text
    assert "12月1日(火)" in answer.text
    assert "11月30日(月) 23:59" in answer.text
    assert "決まっている次の注文の作成日は、ここを変えても動きません" in answer.text


def test_a_closed_day_moves_the_shipping_of_the_example_but_not_its_delivery(suzuki: FlaskClient) -> None:
    press(suzuki, "closed-days", {"first": "2026-12-08", "last": "", "note": "棚卸し"})
    typed = {"sample_on": "2026-12-15", "sample_prefecture": "沖縄県", "transit-p47": "4"}
    fields = form(suzuki, "days") | typed
    answer = suzuki.post(f"{BASE}/days/preview", data=fields, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "12月7日(月)" in answer.text
    assert "休みなので、前の日に早めました" in answer.text
    assert "2026年12月15日(火)" in answer.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"last_number": "41"}, "0000000042"),
        ({"number_digits": "5", "last_number": "99999"}, "00001"),
        ({"numbering": "prefix", "number_prefix": "TEA-", "number_digits": "6"}, "TEA-000001"),
        ({"numbering": "date", "number_hyphen": "y", "number_digits": "5"}, "20261121-00001"),
    ],
)
def test_the_next_number_is_shown_before_it_is_saved(
    suzuki: FlaskClient, session: Session, shop: Shop, typed: dict[str, str], shown: str
) -> None:
    answer = send(suzuki, "numbering", typed, "/preview")
    assert f"<strong>{shown}</strong>" in answer.text
    assert stored(session, shop).version == 1


def test_a_mail_that_comes_after_the_order_was_made_is_advised_against(suzuki: FlaskClient) -> None:
    assert send(suzuki, "mails", {"upcoming_days": "5"}).status_code == 303
    assert "もう注文ができていて" in suzuki.get(f"{BASE}/mails").text
    assert "もう注文ができていて" in suzuki.get(BASE).text


# --- closed days -----------------------------------------------------------------------------------------------------
def test_the_year_end_is_closed_in_one_go_and_opened_again(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    closed = {"first": "2026-12-29", "last": "2027-01-03", "note": "年末年始"}
    for said in ("6日を休みにしました", "もう休みになっています"):
        assert press(suzuki, "closed-days", closed).status_code == 303
        assert said in suzuki.get(f"{BASE}/days").text
    assert "2026年12月29日" in suzuki.get(f"{BASE}/days").text
    assert session.scalars(select(ClosedDay.note)).all() == ["年末年始"] * 6
    session.rollback()
    assert press(suzuki, "closed-days/removal", closed).status_code == 303
    assert session.scalars(select(ClosedDay)).all() == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "", "last": ""}, "休みの日を選んでください"),
        ({"first": "2026-12-30", "last": "2026-12-29"}, "最初の日より前"),
        ({"first": "2026-01-01", "last": ""}, "もう過ぎた日"),
        ({"first": "2026-12-29", "last": "2027-12-03"}, "一度に追加できるのは"),
    ],
)
def test_days_that_cannot_be_meant_are_not_closed(
    suzuki: FlaskClient, session: Session, typed: dict[str, str], said: str
) -> None:
    answer = press(suzuki, "closed-days", typed | {"note": "休み"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="休み"' in answer.text
    assert session.scalars(select(ClosedDay)).all() == []


def test_a_shop_that_has_set_nothing_sees_the_usual_settings(client: FlaskClient, cast: Cast) -> None:
    staff = cast.staff(cast.shop(), role=Role.MANAGER)
    cast.session.commit()
    sign_in(client, staff)
    assert "定期購入は、まだ使っていません" in client.get(BASE).text
    assert send(client, "basics", {"enabled": "y"}).status_code == 303
    assert cast.session.scalars(select(SubscriptionRules.enabled)).all() == [True]
