from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shipments.rules.statuses import (
    Event,
    TrackingState,
    in_order,
    last_attempt,
    newest_event,
    newest_state,
    state_of,
)

S = TrackingState
START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def event(hours: float, state: TrackingState | None, words: str = "") -> Event:
    return Event(START + timedelta(hours=hours), state, words)


@pytest.mark.parametrize(
    ("carrier", "words", "expected"),
    [
        ("yamato", "伝票番号未登録", S.REGISTERED),
        ("yamato", "荷物受付", S.ACCEPTED),
        ("yamato", "発送済み", S.IN_TRANSIT),
        ("yamato", "作業店通過", S.IN_TRANSIT),
        ("yamato", "輸送中", S.IN_TRANSIT),
        ("yamato", "配達店到着", S.IN_TRANSIT),
        ("yamato", "投函予定", S.IN_TRANSIT),
        ("yamato", "国内到着", S.IN_TRANSIT),
        ("yamato", "配達中", S.OUT_FOR_DELIVERY),
        ("yamato", "持戻", S.ATTEMPTED),
        ("yamato", "持戻（ご不在）", S.ATTEMPTED),
        ("yamato", "持戻（休業）", S.ATTEMPTED),
        ("yamato", "持戻（ポスト投函不可）", S.ATTEMPTED),
        ("yamato", "持戻（置き配不能）サイズオーバー", S.ATTEMPTED),
        ("yamato", "持戻（住所不明）", S.EXCEPTION),
        ("yamato", "持戻（転居）", S.EXCEPTION),
        ("yamato", "持戻（受取ご辞退）", S.EXCEPTION),
        ("yamato", "調査中（転居先不明）", S.EXCEPTION),
        ("yamato", "配達日・時間帯指定（保管中）", S.HELD),
        ("yamato", "ご来店予定（保管中）", S.HELD),
        ("yamato", "保管中（ご指定店）", S.HELD),
        ("yamato", "依頼受付（再配達）", S.HELD),
        ("yamato", "依頼受付（日・時間帯変更）", S.HELD),
        ("yamato", "配達完了", S.DELIVERED),
        ("yamato", "配達完了（宅配ボックス）", S.DELIVERED),
        ("yamato", "投函完了", S.DELIVERED),
        ("yamato", "お客様引渡完了", S.DELIVERED),
        ("yamato", "返品", S.RETURNED),
        ("sagawa", "お問い合わせのデータは登録されておりません。", S.REGISTERED),
        ("sagawa", "↓集荷", S.ACCEPTED),
        ("sagawa", "⇒輸送中", S.IN_TRANSIT),
        ("sagawa", "⇒配達中", S.OUT_FOR_DELIVERY),
        ("sagawa", "↓持戻り", S.ATTEMPTED),
        ("sagawa", "ご不在", S.ATTEMPTED),
        ("sagawa", "保管中", S.HELD),
        ("sagawa", "⇒配達完了", S.DELIVERED),
        ("sagawa", "配達終了", S.DELIVERED),
        ("japanpost", "10", S.REGISTERED),
        ("japanpost", "０Ａ", S.REGISTERED),
        ("japanpost", "引受", S.ACCEPTED),
        ("japanpost", "通過", S.IN_TRANSIT),
        ("japanpost", "到着", S.IN_TRANSIT),
        ("japanpost", "転送", S.IN_TRANSIT),
        ("japanpost", "持ち出し中", S.OUT_FOR_DELIVERY),
        ("japanpost", "ご不在のため持ち戻り", S.ATTEMPTED),
        ("japanpost", "保管", S.HELD),
        ("japanpost", "配達希望受付", S.HELD),
        ("japanpost", "コンビニエンスストアに引渡", S.HELD),
        ("japanpost", "お届け先にお届け済み", S.DELIVERED),
        ("japanpost", "窓口でお渡し", S.DELIVERED),
        ("japanpost", "差出人に返送", S.RETURNED),
        ("japanpost", "差出人に返送済み", S.RETURNED),
        ("japanpost", "調査中", S.EXCEPTION),
        (
            "japanpost",
            "＊＊ お問い合わせ番号が見つかりません。お問い合わせ番号をご確認の上、お近くの取扱店にお問い合わせください。",
            S.REGISTERED,
        ),
        ("fukuyama", "該当データはありません。", S.REGISTERED),
        ("fukuyama", "配達完了です", S.DELIVERED),
        ("fukuyama", "持出", S.OUT_FOR_DELIVERY),
        ("seino", "入力されたお問合せ番号が見当りません", S.REGISTERED),
        ("seino", "受付", S.ACCEPTED),
        ("seino", "中継", S.IN_TRANSIT),
        ("seino", "配達済みです", S.DELIVERED),
        ("other", "配達完了", S.DELIVERED),
        ("other", "out_for_delivery", S.OUT_FOR_DELIVERY),
        ("nobody", "delivered", S.DELIVERED),
    ],
)
def test_the_words_of_each_carrier_have_a_state(carrier: str, words: str, expected: TrackingState) -> None:
    assert state_of(carrier, words) is expected


@pytest.mark.parametrize("words", ["ドローンで空輸中", "窓口でお渡し", "10", "未配達完了", "", "10日に配達"])
def test_words_that_are_not_known_have_no_state(words: str) -> None:
    assert state_of("seino", words) is None


@pytest.mark.parametrize(
    "address",
    ["大阪中央郵便局 局留め", "大阪市北区梅田 大阪中央郵便局留", "東京都千代田区霞が関 私書箱12号", "P.O. Box 12"],
)
def test_delivery_to_a_post_office_is_arrival_and_the_counter_completes_it(address: str) -> None:
    assert state_of("japanpost", "お届け先にお届け済み", deliver_to=address) is S.HELD
    assert state_of("japanpost", "窓口でお渡し", deliver_to=address) is S.DELIVERED
    assert state_of("yamato", "配達完了", deliver_to=address) is S.DELIVERED


def test_delivery_to_a_home_is_delivery() -> None:
    assert state_of("japanpost", "お届け先にお届け済み", deliver_to="大阪府大阪市北区梅田1-2-3") is S.DELIVERED


def test_events_out_of_order_are_sorted_by_their_own_time() -> None:
    events = [event(20, S.OUT_FOR_DELIVERY), event(0, S.ACCEPTED), event(8, S.IN_TRANSIT)]
    assert newest_state(events) is S.OUT_FOR_DELIVERY
    assert [one.state for one in in_order(events)] == [S.ACCEPTED, S.IN_TRANSIT, S.OUT_FOR_DELIVERY]


def test_events_of_the_same_minute_follow_the_way_of_a_parcel() -> None:
    assert newest_state([event(1, S.DELIVERED), event(1, S.OUT_FOR_DELIVERY)]) is S.DELIVERED


@pytest.mark.parametrize("late", [S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.ATTEMPTED, S.HELD, S.EXCEPTION, None])
@pytest.mark.parametrize("hours", [-1, 1])
def test_a_late_event_never_un_delivers_a_parcel(late: TrackingState | None, hours: int) -> None:
    events = [event(24, S.DELIVERED), event(24 + hours, late)]
    assert newest_state(events) is S.DELIVERED
    newest = newest_event(events)
    assert newest is not None
    assert newest.state is S.DELIVERED


def test_a_return_follows_a_delivery_and_stays() -> None:
    assert newest_state([event(24, S.DELIVERED), event(48, S.RETURNED)]) is S.RETURNED
    # A returned parcel is scanned on its way back too, and when the shop gets it.
    back = [event(24, S.ATTEMPTED), event(48, S.RETURNED), event(50, S.IN_TRANSIT), event(70, S.DELIVERED)]
    assert newest_state(back) is S.RETURNED


def test_a_second_attempt_goes_out_again() -> None:
    assert (
        newest_state([event(10, S.ATTEMPTED), event(20, S.HELD), event(34, S.OUT_FOR_DELIVERY)]) is S.OUT_FOR_DELIVERY
    )


def test_unknown_words_are_the_newest_event_but_no_state() -> None:
    events = [event(1, S.IN_TRANSIT), event(2, None, "フェリーで移動中")]
    newest = newest_event(events)
    assert newest is not None
    assert newest.words == "フェリーで移動中"
    assert newest_state(events) is S.IN_TRANSIT


def test_before_the_first_event_there_is_no_state() -> None:
    assert newest_state([]) is None
    assert newest_event([]) is None
    assert newest_state([event(1, None, "？")]) is None


@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from(TrackingState)), unique=True, max_size=12), st.randoms())
def test_the_order_of_arrival_does_not_matter(facts: list[tuple[int, TrackingState]], random: Random) -> None:
    events = [event(hours, state) for hours, state in facts]
    expected = newest_state(events)
    random.shuffle(events)
    assert newest_state(events) is expected


@pytest.mark.parametrize(
    ("events", "key"),
    [
        ([], None),
        ([(0, S.OUT_FOR_DELIVERY)], None),
        ([(0, S.OUT_FOR_DELIVERY), (1, S.ATTEMPTED)], "2026-11-20:1"),
        # Two lines for one attempt, also if the first of them comes later.
        ([(1, S.ATTEMPTED), (1.2, S.ATTEMPTED)], "2026-11-20:1"),
        ([(1, S.ATTEMPTED), (2, None)], "2026-11-20:1"),
        ([(1, S.ATTEMPTED), (4, S.OUT_FOR_DELIVERY), (5, S.ATTEMPTED)], "2026-11-20:2"),
        ([(1, S.ATTEMPTED), (25, S.ATTEMPTED)], "2026-11-21:1"),
        # 3:00 UTC is noon in Tokyo: thirteen hours later it is the next day there.
        ([(1, S.ATTEMPTED), (13, S.ATTEMPTED)], "2026-11-21:1"),
        ([(1, S.ATTEMPTED), (2, S.HELD)], None),
        ([(1, S.ATTEMPTED), (4, S.DELIVERED)], None),
        ([(1, S.ATTEMPTED), (4, S.RETURNED)], None),
    ],
)
def test_an_attempt_is_one_however_often_the_carrier_tells_of_it(
    events: list[tuple[float, TrackingState | None]], key: str | None
) -> None:
    found = last_attempt([event(hours, state) for hours, state in reversed(events)])
    assert (found.key if found else None) == key
