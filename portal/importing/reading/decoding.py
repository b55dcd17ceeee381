"""The encoding of a file, and its lines as bytes; the file is read in blocks and never held as a whole."""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

BLOCK = 1 << 20
MAX_BYTES = 200_000_000
MAX_LINE = 1_000_000
"""Most characters in one line: a file with a longer one is no table of orders, and trying gains nothing."""

_END_OF_FILE = "\x1a"
"""Old mark behind the last line (Ctrl-Z), which programs from the days of MS-DOS still write."""
_BOM = codecs.BOM_UTF8
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_NOT_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")
"""Characters that Python's decoder makes of bytes without a letter in CP932: 80, A0, FD, FE, FF."""


class FileRefusedError(Exception):
    """Refusal of a whole file: nothing of it is taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encoding_of(source: BinaryIO) -> str:
    """Return utf-8, utf-8-sig or cp932. Raise FileRefusedError if empty, too large, not text or in another encoding.

    Try UTF-8 first, then CP932 (never shift_jis, which has neither ① nor 髙 nor the right ～).
    """
    first = _first_block(source)
    marked = first.startswith(_BOM)
    try:
        _read_as("utf-8", source)
        return "utf-8-sig" if marked else "utf-8"
    except _UnreadableError as error:
        # A whole Japanese header that reads as UTF-8 is UTF-8: CP932 would only make rubbish of the rest.
        header, ended, _ = first[: error.at].partition(b"\n")
        if marked or (ended and not header.isascii()):
            raise _refusal("UTF-8", error.line) from None
    try:
        _read_as("cp932", source, _foreign_to_cp932)
    except _UnreadableError as error:
        raise _refusal("UTF-8でもShift_JIS（CP932）でもない", error.line) from None
    return "cp932"


def lines_of(source: BinaryIO, encoding: str) -> Iterator[tuple[int, bytes, str]]:
    """Yield (position of the first byte, bytes, text) of every line, whatever its line end.

    Neither encoding has bytes of a line end within a letter. Raise FileRefusedError if a line is too long.
    """
    position = len(_BOM) if encoding == "utf-8-sig" else 0
    codec = "cp932" if encoding == "cp932" else "utf-8"
    source.seek(position)
    for number, line in enumerate(_split(source), 1):
        text = line.decode(codec)
        if text.strip("\r\n") == _END_OF_FILE:
            position += len(line)
            continue
        if len(text) > MAX_LINE:
            raise _endless(number)
        yield position, line, text
        position += len(line)


def _split(source: BinaryIO) -> Iterator[bytes]:
    rest, number = b"", 1
    while block := source.read(BLOCK):
        lines = (rest + block).splitlines(keepends=True)
        # The last line may go on in the next block, and a CR at its end may be half a CRLF.
        rest = lines.pop()
        if len(rest) > 4 * MAX_LINE:
            raise _endless(number + len(lines))
        number += len(lines)
        yield from lines
    yield from rest.rstrip(_END_OF_FILE.encode()).splitlines(keepends=True)


def _first_block(source: BinaryIO) -> bytes:
    """Return the first block. Raise FileRefusedError if the file is too large, or begins as anything but a table."""
    size = source.seek(0, 2)
    source.seek(0)
    first = source.read(BLOCK)
    if size <= BLOCK and not first.strip():
        raise FileRefusedError("ファイルが空です。")
    if size > MAX_BYTES:
        raise FileRefusedError(f"ファイルが大きすぎます（{MAX_BYTES // 1_000_000} MBまで）。分けてください。")
    if first.startswith((_ZIP, _OLE)):
        raise FileRefusedError("Excelのファイルです。Excelで「CSV UTF-8（コンマ区切り）」として保存し直してください。")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileRefusedError("文字コードがUTF-16です。「CSV UTF-8（コンマ区切り）」として保存し直してください。")
    if first.startswith(_PDF):
        raise _no_text()
    return first


class _UnreadableError(Exception):
    def __init__(self, at: int, line: int) -> None:
        super().__init__(at, line)
        self.at = at
        self.line = line


def _read_as(codec: str, source: BinaryIO, foreign: Callable[[str], int | None] = lambda text: None) -> None:
    """Raise _UnreadableError at the first byte that is no letter of this encoding, FileRefusedError for a null byte."""
    decoder = codecs.getincrementaldecoder(codec)()
    source.seek(0)
    done, breaks = 0, 0
    while True:
        block = source.read(BLOCK)
        if b"\0" in block:
            raise _no_text()
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            # What the decoder kept of the last block is the beginning of a letter, never a line end.
            line = breaks + error.object.count(b"\n", 0, error.start) + 1
            raise _UnreadableError(done - pending + error.start, line) from None
        if (place := foreign(text)) is not None:
            raise _UnreadableError(done, breaks + text.count("\n", 0, place) + 1)
        if not block:
            return
        done += len(block)
        breaks += block.count(b"\n")


def _foreign_to_cp932(text: str) -> int | None:
    found = _NOT_CP932.search(text)
    return found.start() if found else None


def _no_text() -> FileRefusedError:
    return FileRefusedError("CSVではないファイルです（文字ではないデータが入っています）。")


def _refusal(encoding: str, line: int) -> FileRefusedError:
    return FileRefusedError(f"文字コードが読めません（{encoding}、{line}行目）。「CSV UTF-8」で保存し直してください。")


def _endless(number: int) -> FileRefusedError:
    return FileRefusedError(f"{number}行目が長すぎます。改行が失われたファイルかもしれません。")
