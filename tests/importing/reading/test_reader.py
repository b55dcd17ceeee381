import io

import pytest

from portal.importing.reading.reader import FileRefusedError, Table, fold
from portal.importing.reading.reader import read_table as read_source


def read_table(content: bytes) -> Table:
    return read_source(io.BytesIO(content))


def cells(content: bytes) -> list[list[str]]:
    table = read_table(content)
    return [table.cells(row) for row in table.rows]


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp932", "cp932")])
def test_both_encodings_keep_what_shift_jis_would_lose(encoding: str, said: str) -> None:
    text = "受注コード,名前\r\nA-1,①髙橋～㈱－Ⅱ\r\n"
    table = read_table(text.encode(encoding))
    assert table.encoding == said
    assert table.header == ("受注コード", "名前")
    assert table.cells(table.rows[0]) == ["A-1", "①髙橋～㈱－Ⅱ"]


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_any_delimiter_and_line_end(newline: str, delimiter: str) -> None:
    text = newline.join(delimiter.join(row) for row in (["a", "b"], ["1", "2"], ["3", "4"])) + newline
    assert cells(text.encode()) == [["1", "2"], ["3", "4"]]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    table = read_table(b'code,note\r\nA,"one\r\ntwo"\r\n\r\n,\r\nB,x\r\n')
    assert [row.line for row in table.rows] == [2, 6]
    assert table.cells(table.rows[0]) == ["A", "one\r\ntwo"]


def test_a_comma_in_the_quotes_of_a_tab_file_is_no_delimiter() -> None:
    assert cells('受注コード\t備考\nA\t"a,b"\n'.encode()) == [["A", "a,b"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b" \r\n\r\n", "空です"),
        (b"\xef\xbb\xbf", "何も書かれていません"),
        ("受注コード,名前\r\n".encode(), "データの行がありません"),
        (b"PK\x03\x04" + b"x" * 100, "Excel"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Excel"),
        ("受注コード,名前\nA,花子\n".encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7\n", "CSVではない"),
        (b"a,b\n1,\0\n", "CSVではない"),
        ("受注コード\n花子\n".encode() + b"\x82\xa0\n", "UTF-8、3行目"),
        (b"a,b\n1,\xff\xfe\xfd\n", "2行目"),
        (b'a,b\n1,"torn\n2,x\n', "2行目からの"),
        (b'a,b\n1,"torn"x,\n2,x\n', "2行目からの"),
        (b"a,b\n" + b"x" * 10_000_000 + b",1\n", "2行目が長すぎます"),
        (b'a,b\n1,"' + b"x\n" * 100_000 + b'"\n', "2行目からの"),
    ],
)
def test_what_is_no_table_is_refused_whole_with_the_reason(content: bytes, words: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read_table(content)
    assert words in refused.value.reason


def test_a_file_too_large_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.importing.reading.decoding.MAX_BYTES", 10)
    with pytest.raises(FileRefusedError, match="大きすぎます"):
        read_table(b"a,b\n1,2\n3,4\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("購入者 住所1", "購入者住所１"),
        ("\ufeff受注コード ", "受注コード"),
        ("(出荷伝）配送方法", "（出荷伝）配送方法"),
        ("お届け先名称ｶﾅ", "お届け先名称カナ"),
    ],
)
def test_headers_are_compared_without_width_and_spaces(one: str, other: str) -> None:
    assert fold(one) == fold(other)
