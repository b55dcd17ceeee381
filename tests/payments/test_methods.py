"""Who gives the receipt, read from some 300 real wordings.

They come from the channels' manuals and codes, help pages of carts and payment companies, and shops' own guides.
"""

from itertools import chain

import pytest

from portal.payments.rules.methods import NO_WORDS, PaymentClass, classify

CARD, SHOP, WALLET, SEVERAL = PaymentClass.CARD, PaymentClass.SHOP, PaymentClass.WALLET, PaymentClass.SEVERAL
DEFERRED, COD, CONVENIENCE = PaymentClass.DEFERRED, PaymentClass.COD, PaymentClass.CONVENIENCE
UNKNOWN = PaymentClass.UNKNOWN

TABLE = {
    CARD: """
        クレジットカード決済|クレジットカード|クレジット決済|クレジット カード|ｸﾚｼﾞｯﾄｶｰﾄﾞ|クレジット(Stripe)|credit_card_payment
        Credit Card|creditcard|payment_a1|カード決済|カード払い|クレカ払い|クレジットカード払い|クレジットカード（一括）
        クレジットカード（VISA/Master/JCB）|クレジットカード一括払い|クレジットカード（翌月一括）|クレジットカード決済（コンビニ受取）
        コンビニ受取 クレジットカード|店頭受取（クレジットカード）|クレジットカード・店頭受取|クロネコwebコレクト（クレジットカード）
        クロネコｗｅｂコレクト（クレジットカード払い）|クロネコwebコレクト クレジットカード決済|SBペイメントサービス(クレジットカード決済)
        クレジットカード決済（イプシロン）|【クレジットカード】|クレジットカード（代引き不可）|クレジットカード（デビットカード含む）
        オンラインカード決済|VISAカード払い|クレジットカード（分割払い可）|KOMOJU - Credit Card|クレジットカード（PayPay銀行Visa）
        クレジットカード ※銀行振込不可|クレジットカード（後払い不可）|クレジットカード/PCサイト
    """,
    COD: """
        代金引換|代引|代引き|代金引き換え|代金引替|商品代引|ＣＯＤ|cod|Yamato COD|Cash on Delivery|Cash on Delivery (COD)
        cash_on_delivery|payment_d1|佐川急便 e-コレクト|佐川急便 ｅ－コレクト|e‐コレクト|eコレクト|e-collect|宅急便コレクト|コレクト
        代引換|ゆうパック代引き|代金引換（クレジットカード不可）|代金引換（クレジットカード可）|代金引換（現金のみ）|e-コレクト(クレジットカード)
        ｅ－コレクト（クレジットカード）|e-コレクト（デビットカード）|代金引換(お届け時クレジットカード払い含)|宅急便コレクト お届け時クレジット払い
        宅急便コレクト（お届け時カード払い）|お届け時カード払い|お届け時電子マネー払い|代金引換（手数料無料）|代引（手数料330円）
        代金引換【現金・カード】|コンビニ受取（代金引換）|代引き（クレカ・デビット不可）|代金引換 ※クレジットカード不可|代引手数料無料の代金引換
        クレジットカード（e-コレクト）|佐川代引|ヤマト代引き|代金引換便|代金引換(ヤマト運輸)
    """,
    DEFERRED: """
        後払い決済|後払い|あと払い|後払|NP後払い|NP後払い（クレカ不要）|NP後払い クレジットカード不要|NP後払いwiz|NP後払い(NPコネクトライト)
        NPコネクトライト|ＮＰ後払い（コンビニ・郵便局・銀行振込）|NP後払|np_atobarai|post_payment|GMO後払い|アトディーネ|atodene|ミライバライ|アトカラ
        Paidy|paidy|Paidy翌月払い|ペイディ|あと払い（ペイディ）|ペイディ(クレジットカード不要)|あと払い（クレジットカード不要）
        あと払い（クレジットカードでもお支払い可）|スコア後払い|スコア @払い決済|後払い.com|後払い．ｃｏｍ【コンビニ・銀行】|atone|atone つど後払い
        atone翌月払い(コンビニ/口座振替)|クロネコ代金後払い|クロネコ代金後払いサービス|クロネコ後払い|atobarai|bnpl|PayPayあと払い|ゆっくり払い
        後払い決済（楽天市場の共通決済）|コンビニ後払い|コンビニ後払|コンビニ・郵便局 後払い|コンビニ（後払い）|コンビニ決済（後払い）|コンビニ・郵便局（後払い）
        郵便局（後払い）|後払決済|コンビニあと払い|届いてから払い|NP後払い（コンビニ・郵便局・銀行・LINE Pay）|メルペイあと払い|後払い（コンビニ払い）
        Yahoo!ショッピング ゆっくり払い|ニッセン後払い|nissen_collect_post_payment|ヤマト後払い|コンビニ・郵便局・銀行 後払い
    """,
    CONVENIENCE: """
        コンビニ決済|コンビニ|コンビニ払い|ｺﾝﾋﾞﾆ払い|コンビニ（前払い）|コンビニ前払い|セブンイレブン（前払）|ローソン、郵便局ATM等（前払）|cvs|cvs_payment
        dsk_cvs_payment|payment_a6|payment_a7|電算システム コンビニ決済|コンビニ決済（番号端末式）|番号端末式|セブン-イレブン|セブン－イレブン決済
        セブン・イレブン|ローソン|ファミリーマート|ミニストップ|セイコーマート|デイリーヤマザキ|スマートピット|Loppi|Famiポート|ファミポート|Konbini
        Komoju - コンビニ|KOMOJU (Konbini)|クロネコwebコレクト（コンビニ）|クロネコwebコレクト（コンビニオンライン払い）
        コンビニ決済（クレジットカードをお持ちでない方）|コンビニ決済（クレジットカード不可）|ローソン（ローソン銀行ATM）|Convenience Store
        コンビニ受取 コンビニ払い|コンビニ・ローソン|7-Eleven|コンビニエンスストア決済（前払い）
    """,
    SHOP: """
        銀行振込|銀行振込（クレジットカード不可）|銀行振込（前払い）|銀行振込：みずほ銀行|銀行振込（PayPay銀行）|銀行振込（楽天銀行）|銀行振込(ゆうちょ銀行)
        ゆうちょ銀行 振込|ゆうちょ銀行|振込|お振込み|Bank Deposit|bank_transfer|Bank Transfer|bt|base_bt|payment_a15|payment_b1|payment_b6
        ペイジー|Pay-easy|pay_easy|ネットバンキング|楽天バンク決済|rakuten_bank_payment|楽天銀行決済|郵便振替|postal_transfer|現金書留
        registered_mail|口座振替|現金払い|cash_payment|店頭払い|銀行振込（セブン銀行）|銀行振込・郵便振替|店頭受取 銀行振込|銀行振込（代引き不可）
        ネットバンキング決済（ペイジー）|郵便払込
    """,
    WALLET: """
        Amazon Pay|amazon_pay|amazon_payment|Amazonペイメント|楽天ペイ|楽天ペイ(オンライン決済)|rakuten_pay|楽天ID決済|rakuten_id_payment|楽天Edy決済
        PayPay|PayPay 残高払い|PayPay（残高）|LINE Pay|line_pay|Paypal|PayPal Express Checkout|Apple Pay|Google Pay|メルペイ|d払い|d_barai
        Yahoo!NTTドコモ d払い|ドコモ払い|ドコモ ケータイ払い|au PAY|au PAY（auかんたん決済）|au かんたん決済|ソフトバンクまとめて支払い
        ソフトバンクまとめて支払い・ワイモバイルまとめて支払い|ファミペイ|キャリア決済|Yahoo!キャリア決済|carrier_billing|carrier_01|Shopify Payments
        shopify_payments|Shop Pay|ポイント全額払い|全額ポイント払い|Alipay|電子マネー決済|WebMoney|payment_a17|payment_z1|payment_a8
        クロネコwebコレクト（キャリア払い）|Amazon Pay（コンビニ受取）|au PAY(ネット支払い)|electronic_money_payment|PayPay（オンライン決済）|Amazon Pay + PayPay
    """,
    SEVERAL: """
        クレジットカード・Amazon Pay|楽天ペイ（クレジットカード）|PayPayクレジット|paypay_credit|payment_a19|Apple Pay（クレジットカード）
        クレジットカード/PayPal|Amazon Pay（クレジットカード）|銀行振込・クレジットカード|auかんたん決済（クレジットカード）
    """,
    UNKNOWN: """
        クロネコwebコレクト|クロネコウェブコレクト|前払|前払い|カード|ギフトカード|Amazonギフトカード|JCBギフトカード|ストアクレジット|Store Credit
        QR CODE決済|QRコード決済|請求書払い|自社後払い|掛売|掛け払い|NP掛け払い|GMO掛け払い|Paid|ショッピングクレジット|ショッピングローン
        ローン|オートローン|リース|信販|デビット|デビットカード決済|プリペイドカード払い|ギフトカード払い|QUOカード払い|ポイントカード払い|支払なし|no_payment
        その他|その他（クレジットカード・代引き以外）|プラットフォーム決済|Qoo10での支払い|qoo10_payment|Shopify決済ゲートウェイ|sales_on_credit
        代金引換→クレジットカード|クレジットカード → 銀行振込|代引きから銀行振込へ変更|銀行振込(後払い)|郵便振替（後払い）|銀行後払い振込|翌月払い|翌月一括
        月末締め翌月払い|コンビニ・ペイジー決済|代金引換・クレジットカード|代引/銀行振込|コンビニ決済・NP後払い|クレジットカード不可|カード不要|PayPayカード
        楽天カード|PayPay銀行|コンビニ受取|店頭受取|店頭受取時クレジット払い|Online Payment|manual|custom|bogus|gift_card|payment_z4|payment_e1|1|2
        オリコ Webクレジット|スマホ決済|クロネコwebコレクト（ID払い）|no credit card|Credit card not accepted|着払い|商品券|Shopify Payments + Gift Card
        クレジットカード以外|代金引換 コンビニ|Money Order|yahoo_wallet|platform_payment|coin|請求書後払い|クレジットカード（後払い）
    """,
}


def listed(text: str) -> list[str]:
    return list(chain.from_iterable(line.strip().split("|") for line in text.strip().splitlines()))


WORDINGS = [*((words, kind) for kind, text in TABLE.items() for words in listed(text)), ("", UNKNOWN)]


def test_the_table_is_as_long_as_it_says() -> None:
    assert len({words for words, _kind in WORDINGS}) == len(WORDINGS) >= 200


@pytest.mark.parametrize(("words", "expected"), WORDINGS)
def test_a_real_wording_says_who_gives_the_receipt(words: str, expected: PaymentClass) -> None:
    assert classify(words) is expected


@pytest.mark.parametrize(("words", "expected"), WORDINGS)
def test_spaces_and_width_never_change_the_class(words: str, expected: PaymentClass) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in words)
    assert classify(wide) is expected
    assert classify(f"　{words}\u00a0") is expected


def test_a_word_of_the_shop_decides_if_it_is_the_whole_text() -> None:
    own = {"掛売": SHOP, "掛売（コンビニ）": CONVENIENCE, "代金引換": SHOP}
    assert classify("掛売", own) is SHOP
    assert classify("掛売 (コンビニ)", own) is CONVENIENCE
    assert classify("代金引換", own) is SHOP
    assert classify("クレジットカード", own) is CARD
    # It may stand for something else in a longer text: 代金引換以外.
    assert classify("代金引換（佐川）", own) is COD


def test_a_word_of_the_shop_comes_before_everything_else() -> None:
    assert classify("代引 → クレジットカード", {"代引→クレジットカード": CARD}) is CARD
    assert classify("自社ローン", {"自社ローン": SHOP}) is SHOP


def test_spaces_and_width_do_not_matter_in_a_word_of_the_shop() -> None:
    assert classify("さくら払い便", {"さ く ら 払 い 便": COD}) is COD
    assert classify("ＳＡＫＵＲＡ ＰＡＹ", {"sakura pay": SHOP}) is SHOP


def test_orders_without_any_word_take_the_shops_answer_for_no_word() -> None:
    for no_words in ("", " ", "　"):
        assert classify(no_words, {NO_WORDS: WALLET}) is WALLET
        assert classify(no_words, {"（なし）": WALLET}) is WALLET
    assert classify("なぞの支払い", {NO_WORDS: WALLET}) is UNKNOWN


def test_a_blank_word_of_the_shop_catches_nothing() -> None:
    assert classify("代金引換", {" ": SHOP, "": SHOP}) is COD
