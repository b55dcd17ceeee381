"""Readers of one cell each: they return a value or raise CellError with a sentence for the shop's staff."""

import html
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from portal.importing.reading.mapping import SUM
from portal.values import dates, tax

LARGEST_YEN = 999_999_999
LARGEST_QUANTITY = 999_999
WORDS = 1_000
"""Texts whose reading is remembered: a file says the same few things over and over."""

_TEXT_FORM = re.compile(r'="((?:[^"]|"")*)"')
_SPREADSHEET_ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"])
_SUSPICIOUS = frozenset("=#")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_YEN = re.compile(
    r"(?:([-−▲△])[¥\\]?|[¥\\]?([-−▲△]?))(\d+|\d{1,3}(?:,\d{3})+)(?:\.00?)?円?(?:\((?:税込|税抜)\))?", re.ASCII
)
_QUANTITY = re.compile(r"(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.00?)?(?:個|点|本|枚|箱|袋|セット)?", re.ASCII)
_RATE = re.compile(
    r"(?:軽減(?:税率)?|標準(?:税率)?)?(\d{1,2})(?:\.0+)?%?(?:\(?(?:軽減|標準)(?:税率|対象)?\)?)?", re.ASCII
)
_ACCOUNTING_ZERO = re.compile(r"[¥\\]?[-−ー]")
"""Zero in the number format 会計 of spreadsheets."""
_POINT_ZERO = re.compile(r"(\+?[\d()-]+)\.0+", re.ASCII)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_BARE_TIME = re.compile(r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}) (\d{1,2})(\d{2})(\d{2})$", re.ASCII)
_LABELED_SLOT = re.compile(r"時間帯指定\[(.*)\]")
"""Form of ネクストエンジン."""
_REDUCED = frozenset({"軽減", "軽減税率", "軽減税率対象", "軽減対象", "軽減税率対象商品", "※"})
_STANDARD = frozenset({"標準", "標準税率", "標準税率対象", "標準対象"})
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
    """Return the trimmed cell, and for Excel's ="0120" the text 0120.

    Raise CellError for any other formula, and for the error value that a formula left behind.
    """
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
    """Replace line breaks and tabs with spaces; letters stay exactly as they came. Raise CellError if too long.

    Decode references that a cart left in the text (&#39640;, &amp;), once.
    """
    text = decoded(text)
    if text.isprintable() and len(text) <= longest:
        return text
    # A full-width space is not "printable" either: it takes the longer way and stays.
    return _short(_CONTROL.sub(" ", text), longest)


def several_lines(text: str, longest: int) -> str:
    text = decoded(text)
    return _short(_CONTROL_BUT_LINES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")), longest)


def decoded(text: str) -> str:
    """Return the text with HTML's references (&amp;, &#39640;, &#x9AD8;) as the characters they stand for."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def dialled(text: str, longest: int) -> str:
    """Read a phone number or postcode as `digits` does, without the .0 of a cell that was taken for a number."""
    plain = unicodedata.normalize("NFKC", text)
    return digits(found[1] if (found := _POINT_ZERO.fullmatch(plain)) else text, longest)


def digits(text: str, longest: int) -> str:
    """Read a code, phone number, postcode or tracking number. Raise CellError if a spreadsheet has rounded it.

    Remove the ' that some lists put in front to keep a spreadsheet from doing so.
    """
    text = text.removeprefix("'")
    if "+" in text and _SCIENTIFIC.fullmatch(text):
        raise CellError(
            f"「{text}」は表計算ソフトが数字をまるめた形です。列の書式を「文字列」にして入れ直してください。"
        )
    return one_line(text, longest)


def yen(text: str) -> int:
    """Read an amount such as ¥1,200, １２００, 1,200円, 1,200.00, -500, ▲500 or ¥- for 0.

    Raise CellError for other decimals: yen have none.
    """
    if text.isdecimal() and text.isascii() and len(text) < len(str(LARGEST_YEN)):
        return int(text)
    narrow = _narrow(text)
    if _ACCOUNTING_ZERO.fullmatch(narrow):
        return 0
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
    """Read the amount of one cell, or add up several cells joined with SUM."""
    return sum(yen(part) for part in text.split(SUM)) if SUM in text else yen(text)


def yen_taken_off(text: str) -> int:
    """Read a discount, coupon or points: the positive yen taken off. Raise CellError for a negative amount."""
    amount = yen_in_all(text)
    if amount < 0:
        raise CellError(f"「{_quoted(text)}」はマイナスです。差し引く金額を 500 のように書いてください。")
    return amount


@lru_cache(WORDS)
def quantity_or_none_left(text: str) -> int:
    """Read a quantity; 0 is that of a line which was called off."""
    found = _QUANTITY.fullmatch(_narrow(text))
    number = int(found[2].replace(",", "")) if found else LARGEST_QUANTITY + 1
    if found is None or found[1] or number > LARGEST_QUANTITY:
        raise CellError(f"「{_quoted(text)}」は数量として読めません。1以上の整数で入れてください。")
    return number


def quantity(text: str) -> int:
    number = quantity_or_none_left(text)
    if not number:
        raise CellError(f"「{_quoted(text)}」は数量として読めません。1以上の整数で入れてください。")
    return number


def count(text: str) -> int:
    """Read a count such as 0, 12, 12回."""
    plain = _narrow(text).removesuffix("回").removesuffix("件").replace(",", "")
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 6):
        raise CellError(f"「{_quoted(text)}」は回数として読めません。0以上の整数で入れてください。")
    return int(plain)


@lru_cache(WORDS)
def tax_rate(text: str, on: date | None = None) -> int:
    """Read a tax rate in percent: 10, 10%, 8%（軽減税率）; 非課税 is 0. The caller checks if it held on the day.

    `on`: day whose rates 軽減税率 and 標準税率 mean; without it they are refused like every other word.
    """
    narrow = _narrow(text)
    if narrow in _NO_RATE:
        return 0
    if on is not None and narrow in _REDUCED | _STANDARD:
        named = (rate.percent for rate in tax.rates_on(on) if rate.percent and rate.reduced == (narrow in _REDUCED))
        if (percent := next(named, None)) is not None:
            return percent
    found = _RATE.fullmatch(narrow)
    if found is None or not any(rate.percent == int(found[1]) for rate in tax.RATES):
        words = "10、8、0、" + ("軽減税率、標準税率、" if on else "") + "非課税"
        raise CellError(f"「{_quoted(text)}」は消費税率として読めません。{words} のどれかで入れてください。")
    return int(found[1])


def instant(text: str) -> datetime:
    """Read a date and time; also a date alone, or a date with a time without colons (2022/8/10 103309)."""
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
    """Return the requested day, or None for 指定なし, 最短 and the like."""
    return None if _narrow(text) in _NO_WISH else day(text)


def wished_slot(text: str, longest: int) -> str:
    text = found[1] if (found := _LABELED_SLOT.fullmatch(text)) else text
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
    """Return enough of a cell to find it again in the file."""
    shown = _CONTROL.sub(" ", text).strip()
    return shown if len(shown) <= 20 else f"{shown[:20]}…"
