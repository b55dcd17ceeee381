import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.phones import display, matches, normalise

STORED = "090-1234-5678"


@pytest.mark.parametrize(
    "typed",
    [
        "09012345678",
        "090-1234-5678",
        "０９０－１２３４－５６７８",
        "０９０１２３４５６７８",
        "090‐1234‑5678",
        "090–1234—5678",
        "090ー1234−5678",
        "(090) 1234 5678",
        "090（1234）5678",
        "　090　1234　5678 ",
        "+81 90-1234-5678",
        "+81 (0)90 1234 5678",
        "＋８１９０１２３４５６７８",
        "819012345678",
        "9012345678",
        "090.1234.5678",
        "090-1234-5678 内線12",
    ],
)
def test_the_same_number_matches_however_it_is_written(typed: str) -> None:
    assert matches(typed, STORED)
    assert matches(STORED, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        "5678",
        "12345678",
        "1234-5678",
        "090-1234-5679",
        "080-1234-5678",
        "+1 90 1234 5678",
        "山田",
        "0" * 300,
    ],
)
def test_another_number_or_a_part_of_it_does_not(typed: str) -> None:
    assert not matches(typed, STORED)


@pytest.mark.parametrize("stored", [None, "", "-", "なし", "000-0000-0000", "0000000000", "999999999", "12345678"])
def test_an_order_without_a_number_matches_nothing_not_even_itself(stored: str | None) -> None:
    assert not matches(STORED, stored)
    assert not matches(stored or "", stored)


@pytest.mark.parametrize(
    ("text", "key", "shown"),
    [
        ("9012345678", "09012345678", "090-1234-5678"),
        ("312345678", "0312345678", "03-1234-5678"),
        ("0120444444", "0120444444", "0120-444-444"),
        ("06 6123 4567", "0661234567", "06-6123-4567"),
        ("+82 10-1234-5678", "+821012345678", "+82 10-1234-5678"),
        ("0812345678", "0812345678", "0812345678"),
        ("不明", "", "不明"),
    ],
)
def test_key_and_display(text: str, key: str, shown: str) -> None:
    assert normalise(text) == key
    assert display(text) == shown


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_typed_raises_and_matching_goes_both_ways(typed: str, stored: str) -> None:
    assert matches(typed, stored) == matches(stored, typed)
    display(typed)


japanese = st.from_regex(r"0[1-9][0-9]{7,8}[0-9]", fullmatch=True).filter(lambda digits: bool(normalise(digits)))


@given(japanese)
def test_the_zero_a_spreadsheet_took_comes_back(digits: str) -> None:
    assert normalise(digits) == digits
    assert normalise(digits[1:]) == digits
    assert normalise(f"+81{digits[1:]}") == digits


@given(japanese, japanese)
def test_different_numbers_never_match(one: str, other: str) -> None:
    assert matches(one, other) == (one == other)


@given(
    st.text(alphabet="0123456789０１２３-ー() ", max_size=12).filter(lambda text: sum(c.isdecimal() for c in text) < 9)
)
def test_fewer_than_nine_digits_never_match(text: str) -> None:
    assert not matches(text, text)


@given(japanese, st.lists(st.sampled_from(["-", "－", "ー", "‐", " ", "　", "(", ")"]), min_size=1, max_size=4))
def test_separators_anywhere_change_nothing(digits: str, separators: list[str]) -> None:
    broken = digits
    for place, separator in enumerate(separators, 1):
        broken = broken[: place * 2] + separator + broken[place * 2 :]
    assert matches(broken, digits)
