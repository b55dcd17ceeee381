"""CSV files that a spreadsheet opens without calculating, in both encodings."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values import csv_text
from portal.values.csv_text import Encoding


@pytest.mark.parametrize(
    "cell", ["=1+1", "+81", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", '=HYPERLINK("http://x","y")']
)
def test_a_text_that_a_spreadsheet_would_calculate_is_a_text(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_text.line([cell, "b"]), newline=""))
    assert row == [f"'{cell}", "b"]


def test_figures_stay_figures_and_nothing_stays_empty() -> None:
    assert csv_text.line([3280, None, "", "山田, 花子", '"']) == '3280,,,"山田, 花子",""""\r\n'


def test_utf_8_has_its_mark_at_the_beginning_only() -> None:
    assert csv_text.encode("髙", Encoding.UTF8).content == b"\xef\xbb\xbf" + "髙".encode()
    assert csv_text.encode("髙", Encoding.UTF8, first=False).content == "髙".encode()


def test_cp932_keeps_what_it_has_and_counts_what_it_has_not() -> None:
    """CP932 has 髙 and 﨑 but not 𠮷; it has the wave dash under another number."""
    kept = csv_text.encode("髙﨑〜−か\u3099①㈱福", Encoding.CP932)
    assert (kept.content.decode("cp932"), kept.lost) == ("髙﨑～－が①㈱福", 0)
    lost = csv_text.encode("𠮷野 葛\U000e0100城 é", Encoding.CP932)
    assert (lost.content.decode("cp932"), lost.lost) == ("〓野 葛城 〓", 2)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0")), min_size=1))
def test_whatever_is_written_is_read_again(cells: list[str]) -> None:
    written = csv_text.encode(csv_text.line(cells), Encoding.UTF8).content.decode("utf-8-sig")
    (row,) = csv.reader(io.StringIO(written, newline=""))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
