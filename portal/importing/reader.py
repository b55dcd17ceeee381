"""A file's bytes → its header and rows, or the reason why the file cannot be read at all. Pure.

Reasons are sentences for the shop's staff: they stand in the import history and in the terminal as they are.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BYTES = 200_000_000
MAX_LINE = 1_000_000
"""Characters of one line. Longer: not a table of orders, and nothing is gained by trying."""

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_NOT_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")
"""What Python's decoder makes of the bytes that CP932 has no letters for: 80, A0, FD, FE, FF."""
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]")


class FileRefusedError(Exception):
    """Nothing of the file is taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """First physical line; the header is line 1."""
    text: str
    """As in the file, unparsed: a tenth of the memory of its cells."""


@dataclass(frozen=True)
class Table:
    encoding: str
    """utf-8, utf-8-sig or cp932."""
    delimiter: str
    header: tuple[str, ...]
    """As written, for people; `fold` it to compare."""
    rows: tuple[Row, ...]

    def cells(self, row: Row) -> list[str]:
        return next(csv.reader(io.StringIO(row.text, newline=""), delimiter=self.delimiter, strict=True))


def fold(header: str) -> str:
    """Sources disagree on the width of letters and brackets, on spaces inside, and leave a BOM in front."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", header))


def read_table(content: bytes) -> Table:
    """FileRefusedError: empty, not text, another encoding, torn quotes, an endless line, no rows."""
    _refuse_what_is_no_text(content)
    encoding, text = _decode(content)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    header = next((cells for _, cells in records), None)
    if header is None:
        raise FileRefusedError("ファイルに何も書かれていません。")
    rows = tuple(row for row, cells in records if any(cell.strip() for cell in cells))
    if not rows:
        raise FileRefusedError("見出しの行だけで、データの行がありません。")
    return Table(encoding, delimiter, tuple(cell.strip() for cell in header), rows)


def _refuse_what_is_no_text(content: bytes) -> None:
    if not content.strip():
        raise FileRefusedError("ファイルが空です。")
    if len(content) > MAX_BYTES:
        raise FileRefusedError(f"ファイルが大きすぎます（{MAX_BYTES // 1_000_000} MBまで）。分けてください。")
    if content.startswith((_ZIP, _OLE)):
        raise FileRefusedError("Excelのファイルです。Excelで「CSV UTF-8（コンマ区切り）」として保存し直してください。")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError("文字コードがUTF-16です。「CSV UTF-8（コンマ区切り）」として保存し直してください。")
    if content.startswith(_PDF) or b"\0" in content:
        raise FileRefusedError("CSVではないファイルです（文字ではないデータが入っています）。")


def _decode(content: bytes) -> tuple[str, str]:
    """UTF-8 where it is, else CP932 (never shift_jis, which has neither ① nor 髙 nor the right ～)."""
    marked = content.startswith(b"\xef\xbb\xbf")
    try:
        return ("utf-8-sig" if marked else "utf-8"), content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A whole Japanese header that reads as UTF-8 is UTF-8: CP932 would only make rubbish of the rest.
        header, ended, _ = content[: error.start].partition(b"\n")
        if marked or (ended and not header.isascii()):
            raise _unreadable("UTF-8", content.count(b"\n", 0, error.start)) from None
    neither = "UTF-8でもShift_JIS（CP932）でもない"
    try:
        text = content.decode("cp932")
    except UnicodeDecodeError as error:
        raise _unreadable(neither, content.count(b"\n", 0, error.start)) from None
    if foreign := _NOT_CP932.search(text):
        raise _unreadable(neither, text.count("\n", 0, foreign.start()))
    return "cp932", text


def _unreadable(encoding: str, breaks_before: int) -> FileRefusedError:
    line = breaks_before + 1
    return FileRefusedError(f"文字コードが読めません（{encoding}、{line}行目）。「CSV UTF-8」で保存し直してください。")


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    return "\t" if first.count("\t") > first.count(",") else ","


def _records(text: str, delimiter: str) -> Iterator[tuple[Row, list[str]]]:
    """Every record with its first physical line; quoted cells may hold line breaks."""
    taken: list[str] = []
    reader = csv.reader(_lines(text, taken), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise FileRefusedError(
                f'{line}行目からの「"」の対応が正しくないか、1つのセルが長すぎて、行の区切りが分かりません。'
            ) from None
        if cells is None:
            return
        if cells:
            yield Row(line, "".join(taken)), cells
        taken.clear()
        line = reader.line_num + 1


def _lines(text: str, taken: list[str]) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > MAX_LINE:
            raise FileRefusedError(f"{number}行目が長すぎます。改行が失われたファイルかもしれません。")
        taken.append(line)
        yield line
