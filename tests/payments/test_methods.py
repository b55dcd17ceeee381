import pytest

from portal.payments.rules.methods import PaymentClass, PaymentState, classify, payment_state

CARD, SHOP, DEFERRED = PaymentClass.CARD, PaymentClass.SHOP, PaymentClass.DEFERRED
COD, CONVENIENCE, UNKNOWN = PaymentClass.COD, PaymentClass.CONVENIENCE, PaymentClass.UNKNOWN

WORDINGS = [
    # LOGILESS
    ("クレジットカード決済", CARD),
    ("代金引換", COD),
    ("銀行振込", SHOP),
    ("コンビニ決済", CONVENIENCE),
    ("後払い決済", DEFERRED),
    ("現金払い", SHOP),
    ("ペイジー", UNKNOWN),
    ("Paypal", SHOP),
    ("支払なし", UNKNOWN),
    ("キャリア決済", SHOP),
    ("電子マネー決済", SHOP),
    ("郵便振替", SHOP),
    ("現金書留", SHOP),
    ("掛売", UNKNOWN),
    ("プラットフォーム決済", UNKNOWN),
    ("Amazon Pay", SHOP),
    ("Amazonペイメント", SHOP),
    ("楽天ペイ", SHOP),
    ("楽天バンク決済", SHOP),
    ("楽天Edy決済", SHOP),
    ("楽天ID決済", SHOP),
    ("Yahoo!キャリア決済", SHOP),
    ("LINE Pay", SHOP),
    ("NP後払い", DEFERRED),
    ("スコア @払い決済", DEFERRED),
    ("Yahoo!NTTドコモ d払い", SHOP),
    ("電算システム コンビニ決済", CONVENIENCE),
    ("WebMoney", SHOP),
    ("PayPay 残高払い", SHOP),
    ("PayPayクレジット", CARD),
    ("Qoo10での支払い", UNKNOWN),
    ("Shopify決済ゲートウェイ", UNKNOWN),
    # Rakuten, Yahoo!, au PAY Market
    ("クレジットカード", CARD),
    ("セブンイレブン（前払）", CONVENIENCE),
    ("ローソン、郵便局ATM等（前払）", CONVENIENCE),
    ("後払い決済（楽天市場の共通決済）", DEFERRED),
    ("Apple Pay", SHOP),
    ("Alipay", SHOP),
    ("コンビニ決済（番号端末式）", CONVENIENCE),
    ("番号端末式", CONVENIENCE),
    ("ゆっくり払い", DEFERRED),
    ("PayPayあと払い", DEFERRED),
    ("ソフトバンクまとめて支払い", SHOP),
    ("ソフトバンクまとめて支払い・ワイモバイルまとめて支払い", SHOP),
    ("ドコモ払い", SHOP),
    ("ドコモ ケータイ払い", SHOP),
    ("au かんたん決済", SHOP),
    ("au PAY（auかんたん決済）", SHOP),
    ("d払い", SHOP),
    ("商品代引", COD),
    ("銀行振込（前払い）", SHOP),
    ("銀行振込(後払い)", SHOP),
    # carriers and deferred-payment companies
    ("クロネコwebコレクト", CARD),
    ("クロネコｗｅｂコレクト（クレジットカード払い）", CARD),
    ("クロネコ代金後払いサービス", DEFERRED),
    ("佐川急便 e-コレクト", COD),
    ("佐川急便 ｅ－コレクト", COD),
    ("e‐コレクト", COD),
    ("宅急便コレクト", COD),
    ("ゆうパック代引き", COD),
    ("代金引き換え", COD),
    ("Cash on Delivery (COD)", COD),
    ("Yamato COD", COD),
    ("ＣＯＤ", COD),
    ("コンビニ後払い", DEFERRED),
    ("コンビニ・郵便局 後払い", DEFERRED),
    ("NP後払いwiz", DEFERRED),
    ("ＮＰ後払い（コンビニ・郵便局・銀行振込）", DEFERRED),
    ("NP後払", DEFERRED),
    ("GMO後払い", DEFERRED),
    ("アトディーネ", DEFERRED),
    ("atodene", DEFERRED),
    ("ミライバライ", DEFERRED),
    ("アトカラ", DEFERRED),
    ("Paidy", DEFERRED),
    ("Paidy翌月払い", DEFERRED),
    ("あと払い（ペイディ）", DEFERRED),
    ("ペイディ(クレジットカード不要)", DEFERRED),
    ("スコア後払い", DEFERRED),
    ("後払い.com", DEFERRED),
    ("後払い．ｃｏｍ【コンビニ・銀行】", DEFERRED),
    ("atone", DEFERRED),
    ("atone つど後払い", DEFERRED),
    ("atone翌月払い(コンビニ/口座振替)", DEFERRED),
    # other carts
    ("クレジット決済", CARD),
    ("クレジット カード", CARD),
    ("ｸﾚｼﾞｯﾄｶｰﾄﾞ", CARD),
    ("クレジット(Stripe)", CARD),
    ("credit_card_payment", CARD),
    ("Credit Card", CARD),
    ("Bank Deposit", SHOP),
    ("銀行振込：みずほ銀行", SHOP),
    ("ゆうちょ銀行 振込", SHOP),
    ("前払い", SHOP),
    ("コンビニ（前払い）", CONVENIENCE),
    ("セブン-イレブン", CONVENIENCE),
    ("セブン－イレブン決済", CONVENIENCE),
    ("ファミリーマート", CONVENIENCE),
    ("ミニストップ", CONVENIENCE),
    ("セイコーマート", CONVENIENCE),
    ("デイリーヤマザキ", CONVENIENCE),
    ("スマートピット", CONVENIENCE),
    ("ｺﾝﾋﾞﾆ払い", CONVENIENCE),
    ("コンビニ・ペイジー決済", CONVENIENCE),
    ("PayPay", SHOP),
    ("PayPal", SHOP),
    ("メルペイ", SHOP),
    ("楽天ペイ(オンライン決済)", SHOP),
    ("Google Pay", SHOP),
    # certain about nothing
    ("前払", UNKNOWN),
    ("カード", UNKNOWN),
    ("カード払い", UNKNOWN),
    ("ギフトカード", UNKNOWN),
    ("Amazonギフトカード", UNKNOWN),
    ("JCBギフトカード", UNKNOWN),
    ("ストアクレジット", UNKNOWN),
    ("QR CODE決済", UNKNOWN),
    ("QRコード決済", UNKNOWN),
    ("請求書払い", UNKNOWN),
    ("その他", UNKNOWN),
    ("", UNKNOWN),
]


@pytest.mark.parametrize(("words", "expected"), WORDINGS)
def test_a_real_wording_says_who_gives_the_receipt(words: str, expected: PaymentClass) -> None:
    assert classify(words) is expected


@pytest.mark.parametrize(("words", "expected"), WORDINGS)
def test_spaces_and_width_never_change_the_class(words: str, expected: PaymentClass) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in words)
    assert classify(wide) is expected
    assert classify(f"　{words}\u00a0") is expected


def test_the_shops_own_words_win_and_the_longest_of_them_decides() -> None:
    own = {"掛売": SHOP, "掛売（コンビニ）": CONVENIENCE, "代金引換": SHOP}
    assert classify("掛売", own) is SHOP
    assert classify("掛売 (コンビニ)", own) is CONVENIENCE
    assert classify("代金引換", own) is SHOP
    assert classify("クレジットカード", own) is CARD


def test_spaces_make_a_word_of_the_shop_no_longer() -> None:
    own = {"さ く ら 払 い": SHOP, "さくら払い便": COD}
    assert classify("さくら払い便", own) is COD


def test_a_blank_word_of_the_shop_catches_nothing() -> None:
    assert classify("代金引換", {" ": SHOP, "": SHOP}) is COD


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("入金済み", PaymentState.PAID),
        ("入金済", PaymentState.PAID),
        ("決済完了", PaymentState.PAID),
        ("paid", PaymentState.PAID),
        ("未入金", PaymentState.UNPAID),
        ("一部入金済み", PaymentState.UNPAID),
        ("発送前入金待ち", PaymentState.UNPAID),
        ("pending", PaymentState.UNPAID),
        ("voided", PaymentState.UNPAID),
        ("返金済み", PaymentState.UNPAID),
        ("partially_refunded", PaymentState.UNKNOWN),
        ("authorized", PaymentState.UNKNOWN),
        ("仮売上", PaymentState.UNKNOWN),
        ("1", PaymentState.UNKNOWN),
        ("", PaymentState.UNKNOWN),
    ],
)
def test_words_of_a_payment_state(words: str, expected: PaymentState) -> None:
    assert payment_state(words) is expected


@pytest.mark.parametrize(
    "words",
    [
        "一部入金",
        "一部入金済",
        "一部入金済み",
        "partially_paid",
        "返金",
        "返金済",
        "refunded",
        "取消",
        "キャンセル",
        "expired",
        "与信NG",
        "決済失敗",
    ],
)
def test_money_that_did_not_come_or_went_back_never_counts_as_paid(words: str) -> None:
    """UNKNOWN would: for a card the buyer could issue a receipt once everything is shipped."""
    assert payment_state(words) not in {PaymentState.PAID, PaymentState.UNKNOWN}
