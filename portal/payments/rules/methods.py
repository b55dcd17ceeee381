"""Who gives the receipt for a payment, and whether it was paid, read from the words that carts and channels write."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PaymentClass(StrEnum):
    CARD = "card"
    """The shop gives the receipt and names the card on it."""
    SHOP = "shop"
    """The shop gives the receipt: bank transfer, Amazon Pay …"""
    DEFERRED = "deferred"
    """The deferred-payment company gives it."""
    COD = "cod"
    """The driver gives it."""
    CONVENIENCE = "convenience"
    """The convenience store gives it."""
    UNKNOWN = "unknown"
    """Staff decide; the buyer must ask the shop."""


class PaymentState(StrEnum):
    PAID = "paid"
    UNPAID = "unpaid"
    UNKNOWN = "unknown"
    """Many channels' files do not say."""


@dataclass(frozen=True)
class _Rule:
    words: re.Pattern[str]
    payment_class: PaymentClass
    unless: re.Pattern[str] | None = None

    def fits(self, text: str) -> bool:
        return bool(self.words.search(text)) and not (self.unless and self.unless.search(text))


# Everything below is matched after `folded`: NFKC, lower case, no spaces, one kind of hyphen.
_CONVENIENCE = (
    "コンビニ|番号端末|セブン-?イレブン|ローソン|ファミリーマート|ファミマ|ミニストップ|セイコーマート|デイリーヤマザキ"
    "|スマートピット|conveniencestore|konbini|cvs"
)
_DEFERRED_COMPANIES = (
    "np後払|gmo後払|gmo掛|アトディーネ|atodene|paidy|ペイディ|スコア(?:後払|@払)|atone|アトネ|後払い\\.com|後払い?ドットコム"
    "|クロネコ代金後払|クロネコ後払|ミライバライ|アトカラ"
)
# Most specific first; the first rule that fits decides.
_RULES = (
    _Rule(
        re.compile(r"webコレクト|ウェブコレクト|クレジット|クレカ|credit_?card"),
        PaymentClass.CARD,
        # "No card needed" and a shop's own credit note are the opposite of a card payment.
        unless=re.compile(r"カード不要|ストアクレジット"),
    ),
    # The company collects although the buyer may pay it by transfer.
    _Rule(re.compile(_DEFERRED_COMPANIES), PaymentClass.DEFERRED),
    _Rule(re.compile(r"銀行振込|振込|振り込み|bank_?(?:transfer|deposit)"), PaymentClass.SHOP),
    # 前払い says when, not where: at a convenience store its till gives the receipt.
    _Rule(re.compile(r"前払い"), PaymentClass.SHOP, unless=re.compile(_CONVENIENCE)),
    _Rule(
        re.compile(r"後払|あと払|アト払|@払|あとばらい|翌月払|ゆっくり払|post_?payment|deferred"), PaymentClass.DEFERRED
    ),
    _Rule(re.compile(r"代金引換|代金引き換|代引|コレクト|cashondelivery"), PaymentClass.COD),
    _Rule(re.compile(_CONVENIENCE), PaymentClass.CONVENIENCE),
    _Rule(
        re.compile(
            r"amazon_?(?:pay|ペイ)|アマゾン_?(?:pay|ペイ)|楽天_?(?:ペイ|pay)|楽天id決済|楽天(?:バンク|銀行)|rakuten_?pay"
            r"|paypay|ペイペイ|line_?pay|ラインペイ|キャリア決済|carrier_?billing|d払い|d_?barai|ドコモ(?:ケータイ)?払い"
            r"|auかんたん|aupay|まとめて支払|ワイモバイル|メルペイ|merpay|ファミペイ|famipay|paypal|ペイパル|apple_?pay"
            r"|アップルペイ|google_?pay|shop_?pay|alipay|アリペイ|wechat_?pay|電子マネー|edy|web_?money|ウェブマネー"
            r"|郵便振替|郵便局振替|現金書留|現金払い|店頭払い|店頭決済|銀行決済|ネットバンク|ネット銀行|ゆうちょ銀行"
        ),
        PaymentClass.SHOP,
    ),
)
_COD_WORD = re.compile(r"(?<![a-z0-9])cod(?![a-z0-9])")
_HYPHENS = re.compile(r"[-‐‑‒–—―−ー]+(?=コレクト|イレブン)")

_STATES = {
    PaymentState.PAID: (
        "入金済 入金済み 入金確認済 入金確認済み 入金完了 支払済 支払済み 支払い済み 支払完了 支払い完了 お支払い済み"
        " 決済済 決済済み 決済完了 決済確定 売上確定 実売上 支払手続き済 過入金 paid captured"
    ),
    # A part is not the whole, and money given back is not paid.
    PaymentState.UNPAID: (
        "未入金 一部入金 一部入金済 一部入金済み 入金待ち 発送前入金待ち 未払 未払い 未決済 未支払 未支払い 支払待ち"
        " 支払い待ち 支払手続き中 決済待ち 決済失敗 与信中 与信ng 返金 返金済 返金済み 取消 キャンセル"
        " unpaid pending partially_paid voided refunded expired"
    ),
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()}


def classify(words: str, extra: Mapping[str, str] | None = None) -> PaymentClass:
    """Classify a payment method by its words; a bare 前払 or カード and whatever else is not certain is UNKNOWN.

    `extra`: the shop's own words → class; the longest of them that is found decides.
    """
    own = deciding_word(words, extra or {})
    if extra and own is not None:
        return PaymentClass(extra[own])
    text = folded(words)
    for rule in _RULES:
        # COD must stand as a word of its own, which shows only in the text with its spaces; "QR CODE決済" is not COD.
        is_cod = rule.payment_class == PaymentClass.COD and _COD_WORD.search(_narrow(words))
        if is_cod or rule.fits(text):
            return rule.payment_class
    return PaymentClass.UNKNOWN


def deciding_word(words: str, own: Mapping[str, str]) -> str | None:
    """Return the longest of the shop's own words found in these, as the shop wrote it.

    Return None if the built-in rules decide.
    """
    text = folded(words)
    found = [word for word in own if folded(word) and folded(word) in text]
    return max(found, key=lambda word: len(folded(word)), default=None)


def payment_state(words: str) -> PaymentState:
    """Read the state from a file's words; unknown words are UNKNOWN, never a guess."""
    return _STATE_OF.get(folded(words), PaymentState.UNKNOWN)


def _narrow(words: str) -> str:
    return unicodedata.normalize("NFKC", words).lower()


def folded(words: str) -> str:
    """Fold words for comparison: NFKC, lower case, no spaces, one kind of hyphen."""
    return _HYPHENS.sub("-", re.sub(r"[\s\u200b\u2060\ufeff]", "", _narrow(words)))
