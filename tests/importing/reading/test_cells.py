from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.importing.reading import cells
from portal.importing.reading.cells import CellError


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", 1200),
        ("¥1,200", 1200),
        ("￥１，２００", 1200),
        ("\\1200", 1200),
        ("1,200円", 1200),
        ("1200円(税込)", 1200),
        (" １２００ ", 1200),
        ("0", 0),
        ("-500", -500),
        ("－500", -500),
        ("−500", -500),
        ("▲500", -500),
        ("¥-500", -500),
        ("1,080.00", 1080),
        (" ¥-   ", 0),
        ("-", 0),
        ("－", 0),
        ("￥ −", 0),
        ("999999999", 999_999_999),
    ],
)
def test_yen_as_carts_write_them(text: str, amount: int) -> None:
    assert cells.yen(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "12.5",
        "1200.05",
        "1.200",
        "¥1.5",
        "12,00",
        "1,2000",
        "千円",
        "1e3",
        "1000000000",
        "--5",
        "²",
        "٣",
        "1 200円引き",
    ],
)
def test_what_is_no_whole_yen_is_refused_by_name(text: str) -> None:
    with pytest.raises(CellError) as refused:
        cells.yen(text)
    assert text.strip()[:20] in refused.value.reason


def test_decimals_are_called_decimals() -> None:
    with pytest.raises(CellError, match="小数"):
        cells.yen("1080.5円")


def test_a_discount_is_written_as_what_it_takes_off() -> None:
    assert cells.yen_taken_off("500") == 500
    with pytest.raises(CellError, match="マイナス"):
        cells.yen_taken_off("-500")


@given(st.integers(-cells.LARGEST_YEN, cells.LARGEST_YEN))
def test_every_amount_reads_back_in_each_form(amount: int) -> None:
    for form in (
        f"{amount}",
        f"{amount:,}円",
        f"¥{amount}",
        f"{amount:,}".translate(str.maketrans("0123456789,", "０１２３４５６７８９，")),
    ):
        assert cells.yen(form) == amount


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("１２", 12), ("3個", 3), ("1,000", 1000)])
def test_quantities(text: str, number: int) -> None:
    assert cells.quantity(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "一", "1000000", ""])
def test_a_quantity_is_a_whole_number_from_one(text: str) -> None:
    with pytest.raises(CellError, match="1以上の整数"):
        cells.quantity(text)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10", 10),
        ("8%", 8),
        ("１０％", 10),
        ("8%（軽減税率）", 8),
        ("軽減8%", 8),
        ("非課税", 0),
        ("10.0", 10),
        ("0", 0),
    ],
)
def test_tax_rates(text: str, rate: int) -> None:
    assert cells.tax_rate(text) == rate


@pytest.mark.parametrize("text", ["7", "0.1", "10.5", "100", "高い"])
def test_a_rate_that_the_law_never_had_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="消費税率"):
        cells.tax_rate(text)


@pytest.mark.parametrize(
    ("text", "on", "rate"),
    [
        ("軽減税率", date(2026, 11, 18), 8),
        ("軽減 税率対象", date(2026, 11, 18), 8),
        ("※", date(2026, 11, 18), 8),
        ("標準税率", date(2026, 11, 18), 10),
        ("標準", date(2019, 9, 30), 8),
        ("標準", date(2014, 3, 31), 5),
    ],
)
def test_a_tax_word_means_the_rate_of_the_day(text: str, on: date, rate: int) -> None:
    assert cells.tax_rate(text, on) == rate


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("軽減税率", date(2019, 9, 30)),
        ("軽減税率", None),
        *((word, date(2026, 11, 18)) for word in ("課税", "税込", "内税", "あり", "その他", "軽減?", "軽", "旧税率")),
    ],
)
def test_a_tax_word_that_says_too_little_is_refused_with_what_is_read(text: str, on: date | None) -> None:
    with pytest.raises(CellError, match=r"10、8、0、.*非課税 のどれか"):
        cells.tax_rate(text, on)


def test_a_spreadsheets_text_form_is_unwrapped() -> None:
    assert cells.plain(' ="0120-000-000" ') == "0120-000-000"
    assert cells.plain('="a ""b"" c"') == 'a "b" c'


@pytest.mark.parametrize("text", ["=1+1", "=A1", '="a"&"b"', "=HYPERLINK(0)", "="])
def test_any_other_formula_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="計算式"):
        cells.plain(text)


def test_what_a_spreadsheet_spoiled_is_refused() -> None:
    with pytest.raises(CellError, match="#REF!"):
        cells.plain("#REF!")
    with pytest.raises(CellError, match="まるめた"):
        cells.digits("1.23457E+11", 40)


def test_digits_keep_their_zeros_and_marks() -> None:
    assert cells.digits("0120-000-000", 40) == "0120-000-000"
    assert cells.plain("#1001") == "#1001"


def test_letters_of_a_name_stay_as_they_came() -> None:
    name = "髙﨑　𠮷邉"
    assert cells.one_line(name, 120) == name
    assert cells.one_line("a\r\nb\tc", 120) == "a b c"


def test_text_that_does_not_fit_is_refused_not_cut() -> None:
    assert cells.one_line("あ" * 120, 120) == "あ" * 120
    with pytest.raises(CellError, match="121文字"):
        cells.one_line("あ" * 121, 120)


def test_a_note_keeps_its_lines() -> None:
    assert cells.several_lines("一行目\r\n二行目\x08", 100) == "一行目\n二行目"


@pytest.mark.parametrize(
    ("text", "words"), [("2026/02/30", "暦にない"), ("明日", "日付として読めません"), ("0000/00/00", "年が")]
)
def test_dates_that_are_none_say_why(text: str, words: str) -> None:
    with pytest.raises(CellError, match=words):
        cells.day(text)


def test_no_wish_is_no_date() -> None:
    assert cells.wished_day("指定なし") is None
    assert cells.wished_slot(" 指定なし ", 20) == ""
    assert cells.wished_day("2026年11月24日") == date(2026, 11, 24)
