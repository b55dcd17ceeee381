"""CSV for spreadsheets: cells that are no formulas, in the encodings that programs in Japan open. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

GETA = "〓"
"""What stands, as in print, for a character that the encoding does not have."""
# https://owasp.org/www-community/attacks/CSV_Injection, with the wide forms that Japanese spreadsheets take as well.
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_VOICED = re.compile("[\u3041-\u30ff][\u3099\u309a]")
"""か with its mark behind it. Nothing else is composed: it would also make the old forms of kanji in names new."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SAME_IN_CP932 = str.maketrans("〜−‖—¢£¬¥‾", "～－∥―￠￡￢￥￣")
"""Unicode has two of each, and CP932 the other one."""


class Encoding(StrEnum):
    UTF8 = "utf-8-sig"
    """With the mark (BOM) by which Excel knows it."""
    CP932 = "cp932"
    """Shift_JIS as Windows writes it; what older accounting programs read."""


@dataclass(frozen=True)
class Encoded:
    content: bytes
    lost: int
    """Characters that became a 〓."""


def line(cells: Iterable[str | int | None]) -> str:
    """One row with its line end. A text that a spreadsheet would calculate gets an apostrophe in front."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(
        [harmless(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return text.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def encode(text: str, encoding: Encoding, *, first: bool = True) -> Encoded:
    """`first`: the beginning of the file, where UTF-8 has its mark."""
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
