"""後払いの与信: the allowed transitions, and reading the company's words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.rules.credit_states import MOVES, WORDS, Credit, CreditMoveError, moved, read

PATHS = [
    "登録待ち → 登録完了 → 与信中 → 与信完了",
    "登録待ち → 登録完了 → 与信中 → 保留 → 与信完了",
    "登録待ち → 登録完了 → 与信中 → NG",
    "登録待ち → 登録NG",
    "与信完了 → 出荷報告依頼中 → 報告中 → 報告完了",
    "出荷報告依頼中 → 報告中 → 報告NG",
    "与信完了 → キャンセル依頼中 → キャンセル完了",
    "与信完了 → 修正NG",
    "取引登録待ち → 取引登録完了 → 与信登録中 → 与信保留 → キャンセル依頼中 → キャンセル完了",
    "取引登録待ち → 与信登録中 → 与信完了 → 与信登録中 → 取引修正NG",
    "与信完了 → キャンセル完了",
    "出荷報告完了 → キャンセル完了",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_way_of_the_paper_can_be_gone(path: str) -> None:
    states = [read(word) for word in path.split(" → ")]
    for current, wanted in pairwise(states):
        assert current is not None
        assert wanted is not None
        assert moved(current, wanted) is wanted


@pytest.mark.parametrize(
    ("current", "wanted"),
    [
        (Credit.TO_REGISTER, Credit.APPROVED),
        (Credit.REJECTED, Credit.APPROVED),
        (Credit.IN_REVIEW, Credit.REPORTED),
        (Credit.REPORTED, Credit.IN_REVIEW),
        (Credit.CANCELED, Credit.REGISTERED),
        (Credit.CANCEL_ASKED, Credit.APPROVED),
    ],
)
def test_no_real_payment_goes_there(current: Credit, wanted: Credit) -> None:
    with pytest.raises(CreditMoveError) as refusal:
        moved(current, wanted)
    assert (refusal.value.current, refusal.value.wanted) == (current, wanted)


@given(st.sampled_from(Credit))
def test_said_twice_is_said_once(state: Credit) -> None:
    assert moved(state, state) is state


def test_every_state_has_its_moves_and_its_words_and_leads_to_an_end() -> None:
    assert set(MOVES) == set(WORDS) == set(Credit)
    ended = {Credit.CANCELED}
    for _ in Credit:
        ended |= {state for state, onwards in MOVES.items() if onwards & ended}
    assert ended == set(Credit)


@pytest.mark.parametrize("state", Credit)
def test_words_are_read_back_also_as_they_are_typed_wide(state: Credit) -> None:
    for word in WORDS[state]:
        assert read(word) is state
        assert read(f" {word.replace('NG', 'ＮＧ')}　") is state
    assert read(str(state)) is state


def test_unknown_words_are_no_guess() -> None:
    assert read("与信かもしれない") is None
    assert read("") is None
