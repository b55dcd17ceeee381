"""Words printed on the documents, in Japanese and English.

They follow the document's own language, chosen when it is issued, and not the language of the page it is viewed from.
They are therefore not part of the translations of the screens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.receipts.documents.parts import Means, RateTotal
from portal.values.money import format_yen


@dataclass(frozen=True)
class Words:
    title: str
    reissued: str
    number: str
    number_pending: str
    issued_on: str
    addressee: str
    blank: str
    """Words of the preview in place of an addressee that is not written."""
    transaction_on: str
    amount: str
    proviso: str
    received: str
    order_code: str
    payment: str
    card: str
    original: str
    original_of: str
    replaces: str
    replaces_of: str
    remarks: str
    rate: str
    rate_total: str
    tax: str
    sum: str
    means: Mapping[Means, str]
    """What paid beside the buyer."""
    paid: str
    item: str
    quantity: str
    unit_price: str
    line_amount: str
    lines_total: str
    more: str
    reduced_note: str
    registration: str
    phone: str
    stamp: str
    seal: str
    verify: str
    code: str
    face: Callable[[int], str]
    day: Callable[[date], str]
    percent: Callable[[RateTotal], str]
    charges: Mapping[str, str]
    """Names of the lines of charges and deductions."""


def japanese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def english_day(day: date) -> str:
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December")  # fmt: skip
    return f"{day.day} {months[day.month - 1]} {day.year}"


def japanese_face(amount: int) -> str:
    """Format as ￥12,345-: the signs on both sides leave no room to add a digit."""
    return f"{'-' if amount < 0 else ''}￥{abs(amount):,}-"


_UNTAXED = {"exempt": "非課税", "export": "輸出免税", "outside": "不課税"}
_UNTAXED_IN_ENGLISH = {"exempt": "Tax-exempt", "export": "Export (zero-rated)", "outside": "Outside the scope of tax"}


def japanese_percent(row: RateTotal) -> str:
    if not row.rate:
        return "・".join(_UNTAXED[reason] for reason in row.untaxed) or "対象外"
    return f"{row.rate}%対象{' ※' if row.reduced else ''}"


def english_percent(row: RateTotal) -> str:
    if not row.rate:
        return ", ".join(_UNTAXED_IN_ENGLISH[reason] for reason in row.untaxed) or "Not taxed"
    return f"{row.rate}%{' ※' if row.reduced else ''}"


JAPANESE = Words(
    title="領収書",
    reissued="（再発行）",
    number="No.",
    number_pending="発行時に付きます",
    issued_on="発行日",
    addressee="",
    blank="（宛名は空欄です）",
    transaction_on="取引日",
    amount="領収金額（税込）",
    proviso="但し",
    received="上記の金額を正に領収いたしました。",
    order_code="注文番号",
    payment="お支払い方法",
    card="クレジットカード利用",
    original="元の領収書",
    original_of="No. {number}（発行日 {day}）",
    replaces="差し替え",
    replaces_of="取り消した領収書 No. {number}",
    remarks="備考",
    rate="税率",
    rate_total="税込金額",
    tax="うち消費税額",
    sum="合計",
    means={
        "points": "ポイントでのお支払い",
        "mall_coupon": "モールクーポン利用",
        "both": "ポイント・モールクーポン利用",
    },
    paid="領収金額",
    item="品名",
    quantity="数量",
    unit_price="単価（税込）",
    line_amount="金額（税込）",
    lines_total="合計（税込）",
    more="残り{count}行を表示",
    reduced_note="※は軽減税率の対象です。",
    registration="登録番号",
    phone="電話",
    stamp="収入印紙",
    seal="印影",
    verify="この領収書が本物であることを、こちらで確かめられます。",
    code="確認ページのQRコード",
    face=japanese_face,
    day=japanese_day,
    percent=japanese_percent,
    charges={
        "shipping": "送料",
        "fees": "手数料",
        "discount": "値引き",
        "coupon": "クーポン",
        "points": "ポイント利用",
        "refund": "ご返金",
    },
)

ENGLISH = Words(
    title="Receipt",
    reissued="(Reissued)",
    number="No.",
    number_pending="given when issued",
    issued_on="Issued",
    addressee="Received from",
    blank="(no name)",
    transaction_on="Transaction date",
    amount="Amount received (tax included)",
    proviso="Description",
    received="Received with thanks.",
    order_code="Order",
    payment="Payment",
    card="Paid by credit card",
    original="Original receipt",
    original_of="No. {number} (issued {day})",
    replaces="Replaces",
    replaces_of="Voided receipt No. {number}",
    remarks="Notes",
    rate="Tax rate",
    rate_total="Total incl. tax",
    tax="Consumption tax",
    sum="Total",
    means={
        "points": "Paid with points",
        "mall_coupon": "Paid with a coupon of the marketplace",
        "both": "Paid with points and a coupon of the marketplace",
    },
    paid="Amount received",
    item="Item",
    quantity="Qty",
    unit_price="Unit price (incl. tax)",
    line_amount="Amount (incl. tax)",
    lines_total="Total (incl. tax)",
    more="Show {count} more lines",
    reduced_note="※ Reduced tax rate.",
    registration="Registration no.",
    phone="Phone",
    stamp="Revenue stamp",
    seal="Seal",
    verify="Check here that this receipt is genuine.",
    code="QR code of the page that confirms this receipt",
    face=format_yen,
    day=english_day,
    percent=english_percent,
    charges={
        "shipping": "Shipping",
        "fees": "Fees",
        "discount": "Discount",
        "coupon": "Coupon",
        "points": "Points used",
        "refund": "Refunded",
    },
)
WORDS: Mapping[str, Words] = {"ja": JAPANESE, "en": ENGLISH}
"""Words of the papers by language."""
