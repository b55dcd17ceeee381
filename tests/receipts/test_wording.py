from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.receipts.rules.wording import TextProblem, file_name, text_problem
from portal.values.inkless import clean

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "山田 花子",
        "株式会社アクメ",
        "髙﨑𠮷邉",
        "邉\U000e0101 花子",
        "김민수",
        "Émilie Ōta",
        "あ" * 100,
        "邉\U000e0101" * 100,
    ],
)
def test_a_name_is_accepted_as_it_is(text: str) -> None:
    assert text_problem(text, may_be_empty=False) is None
    assert clean(text) == text


@pytest.mark.parametrize("text", ["", " ", "　", "\u200b", "\u3164\u2800", "\ufeff \u00a0", "\ufe00"])
def test_a_buyers_addressee_may_not_be_empty_or_invisible(text: str) -> None:
    assert text_problem(text, may_be_empty=False) is TextProblem.EMPTY
    assert text_problem(text, may_be_empty=True) is None


@pytest.mark.parametrize(
    "text", ["山田\n花子", "山田\t花子", "山田\x00花子", "山\u2028田", "山\ud842田", "\x1b[1m花子"]
)
def test_control_characters_are_refused(text: str) -> None:
    assert text_problem(text, may_be_empty=False) is TextProblem.CONTROL
    assert text_problem(text, may_be_empty=True) is TextProblem.CONTROL


def test_a_text_has_a_limit() -> None:
    assert text_problem("あ" * 101, may_be_empty=True) is TextProblem.TOO_LONG


def test_spaces_around_and_invisible_characters_within_are_dropped() -> None:
    assert clean("　山田\u200b 花子 ") == "山田 花子"
    assert clean("\u202e子花\u202c \u2067田山\u2069\u200f") == "子花 田山"


@pytest.mark.parametrize(
    ("counterparty", "expected"),
    [
        ("株式会社アクメ", "20261121_株式会社アクメ_110000.pdf"),
        ("髙﨑 𠮷邉", "20261121_髙﨑 𠮷邉_110000.pdf"),
        ('A/B\\C:D*E?F"G<H>I|J', "20261121_ABCDEFGHIJ_110000.pdf"),
        ("../../etc/passwd", "20261121_etcpasswd_110000.pdf"),
        ("花子\r\nX: y", "20261121_花子X y_110000.pdf"),
        ("", "20261121_110000.pdf"),
        ("...", "20261121_110000.pdf"),
    ],
)
def test_the_file_is_named_by_day_counterparty_and_amount(counterparty: str, expected: str) -> None:
    assert file_name(DAY, counterparty, 110000) == expected


@given(st.text(max_size=200), st.integers(0, 10**12))
def test_any_counterparty_gives_a_name_that_every_file_system_takes(counterparty: str, amount: int) -> None:
    name = file_name(DAY, counterparty, amount)
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\0\n\r')
    assert name.startswith("20261121_")
    assert name.endswith(f"{amount}.pdf")
