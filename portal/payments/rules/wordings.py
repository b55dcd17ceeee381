"""Words of payment methods as carts, channels and payment companies write them, and what each of them names.

All patterns but `DENIALS`, `CUT` and `WHOLE_WORDS` are searched in text without spaces: see `methods.folded`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class PaymentClass(StrEnum):
    CARD = "card"
    """The shop gives the receipt and names the card on it."""
    WALLET = "wallet"
    """The shop gives the receipt: Amazon Pay, PayPay …"""
    SHOP = "shop"
    """The shop gives the receipt: bank transfer, post, cash …"""
    SEVERAL = "several"
    """Several of card, wallet and bank: the shop gives the receipt, but which of them was used is not known."""
    DEFERRED = "deferred"
    """The deferred-payment company gives it."""
    COD = "cod"
    """The driver gives it."""
    CONVENIENCE = "convenience"
    """The convenience store gives it."""
    UNKNOWN = "unknown"
    """Staff decide; the buyer must ask the shop."""


_CARD, _WALLET, _SHOP = PaymentClass.CARD, PaymentClass.WALLET, PaymentClass.SHOP
_CONVENIENCE, _COD, _DEFERRED = PaymentClass.CONVENIENCE, PaymentClass.COD, PaymentClass.DEFERRED

ISSUED_BY_SHOP = frozenset({_CARD, _WALLET, _SHOP, PaymentClass.SEVERAL})

VALUES: Mapping[str, PaymentClass] = {
    # Yahoo!ショッピング: PayMethod. e1–e15 are made by the shop, z4 is a gift card.
    "payment_a1": _CARD,
    **dict.fromkeys(("payment_a6", "payment_a7"), _CONVENIENCE),
    **dict.fromkeys(("payment_a8", "payment_a9", "payment_a10", "payment_a11", "payment_a17"), _WALLET),
    **dict.fromkeys(("payment_z1", "payment_z3"), _WALLET),
    **dict.fromkeys(("payment_a15", *(f"payment_b{number}" for number in range(1, 7))), _SHOP),
    "payment_a19": PaymentClass.SEVERAL,
    "payment_d1": _COD,
    # BASE
    "creditcard": _CARD,
    "base_bt": _SHOP,
    **dict.fromkeys(("carrier_01", "carrier_02", "carrier_03"), _WALLET),
    # LOGILESS
    "nissen_collect_post_payment": _DEFERRED,
    "paypay_credit": PaymentClass.SEVERAL,
    "postal_transfer": _SHOP,
    "registered_mail": _SHOP,
    "cash_payment": _SHOP,
    "electronic_money_payment": _WALLET,
    # MakeShop offers the post bank under its bare name.
    "ゆうちょ銀行": _SHOP,
}
"""Whole values, folded → class."""

WHOLE_WORDS: Mapping[str, str] = {"cod": "代引", "cvs": "コンビニ", "bt": "銀行振込", "paid": "掛け払い"}
"""Short Latin words → a word that the patterns read. They are only read between spaces or signs, as in "Yamato COD"."""

CHANGED = re.compile(r"→|⇒|->|=>|変更")
"""Two methods, one after the other: which of them holds is not said."""

_RECEIVED_AT = (
    r"(?:コンビニ(?:エンスストア)?|ローソン|セブン-?イレブン|ファミ(?:マ|リーマート)|ミニストップ|店頭|店舗|実店舗|郵便局|営業所"
    r"|宅配ボックス|ロッカー|pudo)"
)
CUT = (
    # Names of banks hold names of wallets and convenience stores; that a bank is meant stays.
    (
        re.compile(
            r"(?:paypay|ペイペイ|ローソン|lawson|セブン|seven|楽天|rakuten|ゆうちょ|auじぶん|じぶん|住信sbiネット|sbi新生|gmoあおぞらネット"
            r"|ジャパンネット|ソニー|イオン|line|みずほ|三井住友|三菱ufj|りそな)\s*(?:銀行|(?<=楽天)バンク|(?<=n)\s*bank)"
        ),
        "銀行",
    ),
    (re.compile(rf"{_RECEIVED_AT}\s*(?:店舗|店頭|窓口)?(?:で|での)?\s*お?受け?取り?(?!時|り)(?:サービス)?"), ""),
    (re.compile(r"(?:convenience ?store|konbini|cvs|(?:in-?)?store)\s*pick-?\s?up"), ""),
    # Its コレクト collects nothing at the door: what was paid with stands beside it.
    (re.compile(r"(?:クロネコ|ヤマト)?\s*(?:web|ウェブ|ウエブ)[-\s]*(?:コレクト|collect)"), ""),
    (re.compile(r"手数料\s*(?:無料|なし|無し|不要)"), ""),
    (re.compile(r"セブン[-・‐−ー]イレブン"), "セブンイレブン"),
)
"""What is replaced before anything else is read: pattern → replacement."""

_DENIED = (
    r"(?:不可|不要|以外|なし|無し|対象外|除く|除き|(?:でき|出来|いただけ|頂け|使え|なれ|あり)ません|(?:でき|出来|いただけ|使え|使わ)ない"
    r"|お持ちでない|非対応|未対応|いらず)"
)
DENIALS = (
    re.compile(
        r"[a-z][a-z /-]*\s(?:is |are )?(?:not (?:accepted|available|required|needed|allowed)|unavailable|excluded)"
    ),
    re.compile(r"(?<![a-z])(?:no|non|not|without|except)[\s-]+[a-z][a-z /-]*"),
)
DENIED_INSIDE = re.compile(rf"[^。※]*{_DENIED}")
"""In a bracket a denial denies the whole list that stands before it."""
DENIED_OUTSIDE = re.compile(rf"[^。※]*(?:以外|除く|除き)|[^\s。※]*\s?{_DENIED}")

BRACKETS = re.compile(r"[(\[{<【「『〔〈《≪]([^()\[\]{}<>【】「」『』〔〕〈〉《》≪≫]*)(?:[)\]}>】」』〕〉》≫]|$)")
SEPARATORS = re.compile(r"[・、,/+&|]|または|もしくは|(?<![a-z])or(?![a-z])")
"""Signs between methods that stand side by side."""

DEFERRED_COMPANIES = re.compile(
    r"np後払|npコネクト|np_?atobarai|gmo後払|アトディーネ|atodene|paidy|ペイディ|スコア(?:後払|@払)|(?<![a-z])atone(?![a-z])|アトネ"
    r"|後払い?\.com|後払い?ドットコム|クロネコ(?:代金)?後払|ミライバライ|アトカラ|ゆっくり払|届いてから払|paypay(?:後|あと)払"
)
DEFERRED = re.compile(r"後払|あと払|アト払|@払|あとばらい|atobarai|bnpl|buynowpaylater|post_?payment|deferred")
ON_ACCOUNT = re.compile(r"自社|請求書|掛け|掛払")
"""Words that make a deferred payment one of the shop's own, where it may give the receipt itself."""
COD = re.compile(
    r"代金引換|代金引き換|代金引き?替|代引|コレクト|collect(?![a-z])|cash_?-?on_?-?delivery"
    r"|(?:お届け時|お届けの際|配達時|(?:お)?受け?取り?時|玄関先?)(?:の|に|で)?(?:お?支払|払|決済|現金|カード|クレジット|クレカ|電子マネー)"
)
UNCLEAR = re.compile(
    r"ショッピングクレジット|ショッピングローン|(?<!ク)ローン|リース|信販|掛け|掛払|掛売|請求書|自社後払|デビット|debit|プリペイド"
    r"|prepaid|ギフト(?:カード|券)|gift_?card|ストアクレジット|store_?credit|webクレジット|オリコ|ジャックス|アプラス|商品券|図書カード"
    r"|quoカード|クオカード|(?:店頭|店舗|コンビニ|局)(?:で)?(?:お)?受け?取り?時"
)
"""Words that say too little, or that may be a card, a loan or the shop's own account."""
CONVENIENCE = re.compile(
    r"コンビニ|番号端末|セブンイレブン|(?<![a-z])(?:7|seven)-?eleven|ローソン|lawson|ファミリーマート|ファミマ|family_?mart|ミニストップ"
    r"|ministop|セイコーマート|デイリーヤマザキ|サークルk|スマートピット|smart_?pit|loppi|ロッピー|fami(?:ポート|port)|ファミポート"
    r"|convenience_?store|konbini"
)
CONVENIENCE_ALONE = re.compile(r"決済|払|支払")
"""Verbs that make a convenience store a method of its own and not one of the places of a deferred payment."""

BANK = re.compile(
    r"銀行(?:振|決済|ネット決済|払|口座)|振込|振り込み|bank_?(?:transfer|deposit|payment)|wire_?transfer|ペイジー|pay-?_?easy"
    r"|ネットバンク|ネットバンキング|ネット銀行|楽天バンク|rakuten_?bank|郵便振替|郵便局振替|郵便払込|ゆうちょ(?:払込|振替)|口座振替"
)
CASH = re.compile(r"現金書留|現金払|店頭払|店頭決済")
CARD = re.compile(
    r"クレジット(?!ノート|ポイント|残高)|クレカ|credit_?-?card"
    r"|^(?:各種|オンライン|ネット|web|visa|master(?:card)?|jcb|amex)?カード(?:決済|払|支払|でのお支払|によるお支払)"
)
WALLET = re.compile(
    r"amazon_?(?:pay|ペイ)|アマゾン_?(?:pay|ペイ)|楽天_?(?:ペイ|pay)|rakuten_?(?:pay|edy|id)|楽天id決済|paypay(?!カード|card)|ペイペイ"
    r"|(?<![a-z])line_?pay|ラインペイ|キャリア(?:決済|払)|carrier_?billing|(?<![a-z])d_?(?:払|barai)|ドコモ(?:ケータイ)?払|auかんたん"
    r"|(?<![a-z])aupay(?!マーケット|カード|プリペイド)|まとめて支払|ワイモバイル|メルペイ|merpay|ファミペイ|famipay|paypal|ペイパル"
    r"|(?<![a-z])apple_?pay|アップルペイ|google_?pay|グーグルペイ|shopify_?pay|shopifyペイメント|(?<![a-z])shop_?pay(?!ment)|alipay"
    r"|アリペイ|wechat_?pay|電子マネー|(?<![a-z])edy(?![a-z])|web_?money|ウェブマネー|(?:全額ポイント|ポイント全額|全ポイント)"
)
