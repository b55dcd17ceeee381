"""One cell → one value, or the reason why not. Pure. Reasons are sentences for the shop's staff."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from portal.importing.reading.mapping import SUM
from portal.values import dates, tax

LARGEST_YEN = 999_999_999
LARGEST_QUANTITY = 999_999
WORDS = 1_000
"""A file says the same few things over and over; so many are remembered."""

_TEXT_FORM = re.compile(r'="((?:[^"]|"")*)"')
_SPREADSHEET_ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"])
_SUSPICIOUS = frozenset("=#")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_YEN = re.compile(r"(?:([-−▲△])[¥\\]?|[¥\\]?([-−▲△]?))(\d+|\d{1,3}(?:,\d{3})+)円?(?:\((?:税込|税抜)\))?", re.ASCII)
_QUANTITY = re.compile(r"(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:個|点|本|枚|箱|袋|セット)?", re.ASCII)
_RATE = re.compile(
    r"(?:軽減(?:税率)?|標準(?:税率)?)?(\d{1,2})(?:\.0+)?%?(?:\(?(?:軽減|標準)(?:税率|対象)?\)?)?", re.ASCII
)
_BARE_TIME = re.compile(r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}) (\d{1,2})(\d{2})(\d{2})$", re.ASCII)
_NO_RATE = frozenset({"非課税", "不課税", "免税", "対象外"})
_NO_WISH = frozenset(
    {"", "指定なし", "指定無し", "なし", "無し", "希望なし", "希望しない", "最短", "未指定", "-", "ー"}
)

_DATE_REASONS = {
    dates.DateProblem.NO_SUCH_DAY: "は暦にない日です。",
    dates.DateProblem.NO_SUCH_TIME: "は時刻として読めません。",
    dates.DateProblem.YEAR: "は年が正しくありません。",
}


class CellError(ValueError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain(cell: str) -> str:
    """Trimmed; Excel's ="0120" is the text 0120. CellError for any other formula, and for what one left behind."""
    text = cell.strip()
    if text[:1] not in _SUSPICIOUS:
        return text
    if text.startswith("="):
        form = _TEXT_FORM.fullmatch(text)
        if form is None:
            raise CellError("「=」で始まる計算式は読めません。計算した結果の値を入れてください。")
        return form[1].replace('""', '"').strip()
    if text in _SPREADSHEET_ERRORS:
        raise CellError(f"表計算ソフトのエラー「{text}」が入っています。")
    return text


def one_line(text: str, longest: int) -> str:
    """Line breaks and tabs become spaces; letters stay exactly as they came."""
    if text.isprintable() and len(text) <= longest:
        return text
    # A full-width space is not "printable" either: it takes the longer way and stays.
    return _short(_CONTROL.sub(" ", text), longest)


def several_lines(text: str, longest: int) -> str:
    return _short(_CONTROL_BUT_LINES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")), longest)


def digits(text: str, longest: int) -> str:
    """Codes, phones, postcodes, tracking numbers: text, but a spreadsheet may have spoiled it.

    The mark ' with which some lists keep a spreadsheet from doing so is no part of it.
    """
    text = text.removeprefix("'")
    if "+" in text and _SCIENTIFIC.fullmatch(text):
        raise CellError(
            f"「{text}」は表計算ソフトが数字をまるめた形です。列の書式を「文字列」にして入れ直してください。"
        )
    return one_line(text, longest)


def yen(text: str) -> int:
    """¥1,200, １２００, 1,200円, -500, ▲500. Yen have no decimals."""
    if text.isdecimal() and text.isascii() and len(text) < len(str(LARGEST_YEN)):
        return int(text)
    narrow = _narrow(text)
    found = _YEN.fullmatch(narrow)
    if found is None:
        if re.fullmatch(r"[-¥\\]*[\d,]*\.\d+円?", narrow):
            raise CellError(f"「{_quoted(text)}」は小数です。円の整数で入れてください。")
        raise CellError(f"「{_quoted(text)}」は金額として読めません。1200 のような円の整数で入れてください。")
    amount = int(found[3].replace(",", ""))
    if amount > LARGEST_YEN:
        raise CellError(f"「{_quoted(text)}」は金額が大きすぎます。")
    return -amount if found[1] or found[2] else amount


def yen_in_all(text: str) -> int:
    """Of one cell or, with a mark between them, of several that are added up."""
    return sum(yen(part) for part in text.split(SUM)) if SUM in text else yen(text)


def yen_taken_off(text: str) -> int:
    """Discounts, coupons and points are written as the positive yen that they take off."""
    amount = yen_in_all(text)
    if amount < 0:
        raise CellError(f"「{_quoted(text)}」はマイナスです。差し引く金額を 500 のように書いてください。")
    return amount


@lru_cache(WORDS)
def quantity(text: str) -> int:
    found = _QUANTITY.fullmatch(_narrow(text))
    number = int(found[2].replace(",", "")) if found else 0
    if found is None or found[1] or not 1 <= number <= LARGEST_QUANTITY:
        raise CellError(f"「{_quoted(text)}」は数量として読めません。1以上の整数で入れてください。")
    return number


def count(text: str) -> int:
    """0, 12, 12回."""
    plain = _narrow(text).removesuffix("回").removesuffix("件").replace(",", "")
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 6):
        raise CellError(f"「{_quoted(text)}」は回数として読めません。0以上の整数で入れてください。")
    return int(plain)


@lru_cache(WORDS)
def tax_rate(text: str) -> int:
    """Percent: 10, 10%, 8%（軽減税率）, 非課税 → 0. Whether the rate held on the day is the caller's question."""
    narrow = _narrow(text)
    if narrow in _NO_RATE:
        return 0
    found = _RATE.fullmatch(narrow)
    if found is None or not any(rate.percent == int(found[1]) for rate in tax.RATES):
        raise CellError(f"「{_quoted(text)}」は消費税率として読めません。10 か 8 か 0 で入れてください。")
    return int(found[1])


def instant(text: str) -> datetime:
    """Also a day and, from a column of its own, the time without marks: 2022/8/10 103309."""
    try:
        return dates.parse_datetime(_BARE_TIME.sub(r"\1 \2:\3:\4", text))
    except dates.DateError as error:
        raise _no_date(error) from None


def day(text: str) -> date:
    try:
        return dates.parse_date(text)
    except dates.DateError as error:
        raise _no_date(error) from None


def wished_day(text: str) -> date | None:
    """指定なし, 最短 and the like are no wish."""
    return None if _narrow(text) in _NO_WISH else day(text)


def wished_slot(text: str, longest: int) -> str:
    return "" if _narrow(text) in _NO_WISH else one_line(text, longest)


def _no_date(error: dates.DateError) -> CellError:
    reason = _DATE_REASONS.get(error.problem, "は日付として読めません。2026/11/21 の形で入れてください。")
    return CellError(f"「{_quoted(error.text)}」{reason}")


def _short(text: str, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        raise CellError(f"長すぎます（{len(text)}文字）。{longest}文字までにしてください。")
    return text


def _narrow(text: str) -> str:
    if not text.isascii() and any(letter.isdigit() and not letter.isdecimal() for letter in text):
        # ² and ① are no digits of a number: narrowed, 1200² would become 12002.
        return text
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _quoted(text: str) -> str:
    """Enough of a cell to find it again in the file."""
    shown = _CONTROL.sub(" ", text).strip()
    return shown if len(shown) <= 20 else f"{shown[:20]}…"
