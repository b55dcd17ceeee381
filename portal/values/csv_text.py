"""CSV for spreadsheets: no cell can be a formula; in the encodings that programs in Japan open."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

GETA = "〓"
"""Sign for a character that the encoding lacks, as in Japanese print."""
# https://owasp.org/www-community/attacks/CSV_Injection, with the wide forms that Japanese spreadsheets take as well.
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_PROTECTED = re.compile(f"'*{_FORMULA.pattern}")
_VOICED = re.compile("[\u3041-\u30ff][\u3099\u309a]")
"""Kana with a combining voicing mark. Only these are composed: NFC would also replace old kanji forms in names."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SAME_IN_CP932 = str.maketrans("〜−‖—¢£¬¥‾", "～－∥―￠￡￢￥￣")
"""Characters that Unicode has twice → the twin that CP932 has."""


class Encoding(StrEnum):
    UTF8 = "utf-8-sig"
    """UTF-8 with the byte order mark by which Excel recognizes it."""
    CP932 = "cp932"
    """Shift_JIS as Windows writes it; what older accounting programs read."""


@dataclass(frozen=True)
class Encoded:
    content: bytes
    lost: int
    """Number of characters that became 〓."""


def line(cells: Iterable[str | int | None]) -> str:
    """Return one row with its line end. A text that a spreadsheet would calculate gets an apostrophe in front."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(
        [harmless(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return text.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def protected(cell: str) -> str:
    """Return the cell with a ' in front if a spreadsheet would calculate it, so that `unprotected` gives it back."""
    return f"'{cell}" if _PROTECTED.match(cell) else cell


def unprotected(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _PROTECTED.match(cell) else cell


def encode(text: str, encoding: Encoding, *, first: bool = True) -> Encoded:
    """Encode a piece of a file. `first`: the piece begins the file, so UTF-8 gets its byte order mark."""
    if encoding is Encoding.UTF8:
        return Encoded(text.encode(Encoding.UTF8 if first else "utf-8"), 0)
    joined = _VOICED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    plain = _SELECTORS.sub("", joined).translate(_SAME_IN_CP932)
    try:
        return Encoded(plain.encode(Encoding.CP932), 0)
    except UnicodeEncodeError:
        known = [char if _is_in_cp932(char) else GETA for char in plain]
        lost = sum(1 for kept, char in zip(known, plain, strict=True) if kept != char)
        return Encoded("".join(known).encode(Encoding.CP932), lost)


def _is_in_cp932(char: str) -> bool:
    try:
        char.encode(Encoding.CP932)
    except UnicodeEncodeError:
        return False
    return True
