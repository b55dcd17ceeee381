"""Words for the settings: why one is refused, what to know of one, and how each stands."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectFieldBase

from portal.orders.rules.state_words import SAYS_NOTHING
from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.shipments.rules.carrier_table import CARRIERS, OTHER
from portal.shops.pictures import PictureProblem
from portal.shops.rules.problems import Advice, Problem
from portal.shops.rules.rate_lines import LineProblem
from portal.values import tax
from portal.words.states import ORDER_STATES

PROBLEMS = {
    Problem.EMPTY: _l("空欄のままにはできません。ご記入ください。"),
    Problem.TOO_LONG: _l("長すぎます。短くしてください。"),
    Problem.TOO_MANY: _l("数が多すぎます。減らしてください。"),
    Problem.CONTROL: _l("改行や特殊な記号は使えません。取り除いてください。"),
    Problem.UNPRINTABLE: _l("書類に印刷できない文字があります（絵文字など）。ほかの文字にしてください。"),
    Problem.CHOICE: _l("この中から選んでください。"),
    Problem.PHONE: _l("電話番号として読めません。市外局番から書いてください。例：075-123-4567"),
    Problem.EMAIL: _l("メールアドレスとして読めません。例：shop@example.jp"),
    Problem.POSTCODE: _l("郵便番号は7桁の数字です。例：600-8001"),
    Problem.URL: _l("https:// から始まるアドレスを書いてください。例：https://example.jp/contact"),
    Problem.COLOUR: _l("色は # と6桁の英数字です。例：#1f5f8b"),
    Problem.REGISTRATION: _l("登録番号は T と13桁の数字です。登録していない場合は空欄にしてください。"),
    Problem.DAYS: _l("1から60までの数字で入力してください。"),
    Problem.RATE: _l("現在の法律にない税率です。"),
    Problem.JAPANESE: _l("日本語のページは、いつも出します。"),
    Problem.RAKUTEN_BY_PHONE: _l(
        "楽天市場の店舗では「購入者名」しか選べません。楽天市場からは購入者の本当の電話番号が届かないため、本人の確認になりません。"
    ),
    Problem.OWN_APP_FIRST: _l(
        "先に、ご自分の認証アプリを登録してください。登録しないまま必須にすると、誰も管理画面に入れなくなることがあります。"
    ),
    Problem.NOBODY_TO_ASK: _l(
        "電話番号・メールアドレス・お問い合わせフォームのどれか1つは必要です。購入者が店舗に連絡できなくなります。"
    ),
    Problem.DOUBLE_RECEIPTS: _l("「モールの領収書と二重発行になることを確認しました」に印を付けてください。"),
    Problem.NEVER_ISSUED: _l(
        "この支払方法では発行できません。代金引換は配達員が領収書をお渡しします。決めていない支払方法は、先にどれに当たるかを選んでください。"
    ),
    Problem.WORD_TWICE: _l("同じ言葉が2回あります。どちらかを消してください。"),
}
ADVICE = {
    Advice.CHECK_DIGIT: _l(
        "法人番号の検査数字と合いません。個人事業者の番号なら、このままで問題ありません。法人の番号なら、書き間違いがないかご確認ください。"
    ),
    Advice.ISSUER_MISSING: _l("空欄のあいだは、店舗の名前が発行者として印刷されます。"),
    Advice.PALE: _l("淡い色なので、ボタンなどの面にだけ使います。文字とリンクは黒に近い色になります。"),
    Advice.FREE_MAIL: _l(
        "フリーメールや携帯電話会社のアドレスを送信元にすると、ほとんどのメールが届きません。店舗のドメインのアドレスにしてください。"
    ),
    Advice.RATE_UNKNOWN: _l(
        "決めていないと、ファイルにも商品の表にも税率がない注文は、領収書を発行できません。購入者には「当店へお問い合わせください」と表示します。"
    ),
}
PICTURES = {
    PictureProblem.EMPTY: _l("画像のファイルを選んでください。"),
    PictureProblem.TOO_MANY_BYTES: _l("ファイルが大きすぎます。2MBまでの画像にしてください。"),
    PictureProblem.NO_PICTURE: _l("PNG か JPEG の画像ではないようです。名前だけでなく、中身もご確認ください。"),
    PictureProblem.BROKEN: _l("画像が途中で切れているか、壊れています。保存し直してから、もう一度お試しください。"),
    PictureProblem.TOO_MANY_PIXELS: _l("画像の縦横が大きすぎます。縦横 4,000 ピクセルくらいまでに縮めてください。"),
    PictureProblem.TOO_SMALL: _l("画像が小さすぎます。縦横とも 24 ピクセル以上にしてください。"),
}
LINES = {
    LineProblem.SHAPE: _l("「商品コード,税率」の形ではありません"),
    LineProblem.CODE: _l("商品コードが長すぎます"),
    LineProblem.RATE: _l("現在の法律にない税率です"),
    LineProblem.TWICE: _l("同じ商品コードが、違う税率で上にあります"),
    LineProblem.TOO_MANY: _l("一度に入れられるのは5,000行までです"),
}
PAYMENT_CLASSES = {
    PaymentClass.CARD: _l("クレジットカード（領収書に「クレジットカード利用」と入ります）"),
    PaymentClass.WALLET: _l("店舗が領収書を出す（PayPay、Amazon Pay など）"),
    PaymentClass.SHOP: _l("店舗が領収書を出す（銀行振込、現金など）"),
    PaymentClass.SEVERAL: _l("店舗が領収書を出す（カードとほかの方法のどちらか。入金の記載があるときだけ）"),
    PaymentClass.COD: _l("代金引換（配達員の領収書をご案内）"),
    PaymentClass.CONVENIENCE: _l("コンビニ決済（コンビニの領収書をご案内）"),
    PaymentClass.DEFERRED: _l("後払い（後払い会社の領収書をご案内）"),
    PaymentClass.UNKNOWN: _l("決めない（店舗へのご連絡をご案内）"),
}


PAYMENT_STATES = {
    PaymentState.PAID: _l("入金済み"),
    PaymentState.AUTHORIZED: _l("与信済み（出荷で売上確定）"),
    PaymentState.PART_PAID: _l("一部入金"),
    PaymentState.UNPAID: _l("未入金"),
    PaymentState.LAPSED: _l("期限切れ"),
    PaymentState.REFUNDED: _l("返金あり"),
    PaymentState.FAILED: _l("決済の失敗・取り消し"),
    PaymentState.DISPUTED: _l("チャージバック"),
    PaymentState.UNREAD: _l("未設定の言葉"),
    PaymentState.UNKNOWN: _l("入金の記載なし"),
}
CARRIER_NAMES = {
    **{carrier.code: _l(carrier.name) for carrier in CARRIERS if carrier is not OTHER},
    OTHER.code: _l("そのほか（追跡ページへのリンクなし）"),
}
ORDER_MEANINGS = {**ORDER_STATES, SAYS_NOTHING: _l("この言葉では決めない（出荷の記録に従う）")}
UNDECIDED = _l("決めない")
REDUCED = _l("（軽減税率）")
UNTAXED = _l("（非課税・不課税）")
YES, NO, NOTHING = _l("はい"), _l("いいえ"), _l("未設定")


def rate_name(rate: int | None, on: date) -> str:
    """Return a rate's name: 10%, 8%（軽減税率）, 0%（非課税・不課税）; None is 決めない."""
    if rate is None:
        return str(UNDECIDED)
    return f"{rate}%{REDUCED if tax.is_reduced(rate, on) else '' if rate else UNTAXED}"


def described(field: Field) -> str:
    """Return a field's value in words, for the overview and for telling what somebody else chose."""
    if isinstance(field, BooleanField):
        return str(YES if field.data else NO)
    if isinstance(field, SelectFieldBase):
        return next((str(label) for _value, label, selected, *_more in field.iter_choices() if selected), "")
    return str(field.data if field.data not in ("", None) else NOTHING)
