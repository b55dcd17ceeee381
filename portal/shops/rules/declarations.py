"""Every setting of a shop, declared once: column, section, widget, words, bounds, tidying.

Forms, refusals, the audit's labels and what may be set at all follow from here; so a new setting is a row in this table,
a column of `Shop` with its migration, and whoever reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.receipts.rules.permissions import Policy
from portal.receipts.rules.wording import LONGEST
from portal.shops.rules import checks, tidying
from portal.shops.rules.checks import Check
from portal.shops.rules.payment_words import TEACHABLE, words_problem
from portal.shops.rules.problems import Problem
from portal.shops.rules.receipt_answers import answers_problems, tidy_answers
from portal.shops.rules.taught_words import carrier_words_problem, status_words_problem
from portal.values import registration, settings, tax
from portal.values.settings import Widget

N_ = str
"""Marks a text to be collected for translation; whoever shows it translates it."""


_usual_text = checks.text(checks.LONGEST_NAME)


@dataclass(frozen=True)
class Setting(settings.Setting[Problem]):
    """A setting of a shop: a column of `Shop`, and usually a short text."""

    check: Check = _usual_text
    tidy: Callable[[Any], Any] = tidying.plain


def _yes_no(column: str, section: str, label: str, **more: Any) -> Setting:
    return Setting(column, section, label, Widget.YES_NO, checks.one_of(True, False), **more)


def _phone(column: str, section: str, label: str, **more: Any) -> Setting:
    words = {"kind": "tel", "keyboard": "tel"} | more
    return Setting(column, section, label, check=checks.phone, tidy=tidying.phone, **words)


def _email(column: str, section: str, label: str, **more: Any) -> Setting:
    words = {"kind": "email", "keyboard": "email"} | more
    return Setting(column, section, label, check=checks.email, tidy=tidying.email, **words)


def _url(column: str, section: str, label: str, **more: Any) -> Setting:
    words = {"kind": "url", "keyboard": "url"} | more
    return Setting(column, section, label, check=checks.url, tidy=tidying.url, **words)


def _choice(
    column: str, section: str, label: str, choices: Mapping[str, str], *, widget: Widget = Widget.CHOICE, **more: Any
) -> Setting:
    return Setting(column, section, label, widget, checks.one_of(*choices), choices=choices, **more)


ALL: tuple[Setting, ...] = (
    # --- how buyers get in ---------------------------------------------------------------------------------------------
    _choice(
        "platform",
        "access",
        N_("出店先"),
        {
            "own": N_("自社サイト・カート"),
            "rakuten": N_("楽天市場"),
            "yahoo": N_("Yahoo!ショッピング"),
            "aupay": N_("au PAY マーケット"),
            "qoo10": "Qoo10",
            "shoplist": "SHOPLIST",
            "other": N_("そのほかのモール"),
        },
        widget=Widget.LIST,
    ),
    _choice(
        "login_element",
        "access",
        N_("受注コードと照合する項目"),
        {"name": N_("購入者名"), "phone": N_("電話番号")},
        help=N_("楽天市場の店舗は「購入者名」だけです。楽天市場からは、本当の電話番号が届かないためです。"),
    ),
    _yes_no(
        "derive_readings",
        "access",
        N_("注文にかながないとき、漢字から読みを推測して照合する"),
        help=N_("「山田」を「やまだ」でも確認できます。読みを取り違えることが気になる場合は外してください。"),
        short=N_("漢字からの読みの推測"),
    ),
    _yes_no(
        "given_first",
        "access",
        N_("注文のお名前が「名 姓」の順で届くので、表示するときに「姓 名」に直す"),
        help=N_(
            "Shopify など、名を先に書くカートの注文で使います。画面・メールの宛名と、領収書の宛名の初めの候補だけを直し、注文のデータは変えません。"
        ),
        short=N_("お名前の順を直す"),
    ),
    Setting(
        "access_days",
        "access",
        N_("アクセスの有効期限"),
        Widget.OWN,
        checks.one_of(*checks.ACCESS_DAYS),
        help=N_("最後の荷物の出荷日から数えます。過ぎると、購入者のページは開かなくなります。"),
        short=N_("アクセスの有効期限（日）"),
    ),
    Setting(
        "second_step",
        "access",
        N_("確認コードを求める操作"),
        Widget.OWN,
        checks.steps,
        tidying.steps,
        short=N_("確認コードを求める操作（いつもと違うもの）"),
    ),
    _yes_no(
        "totp_demanded",
        "access",
        N_("担当者のログインに認証アプリを必須にする"),
        help=N_("まだ登録していない担当者には、次にこの店舗を開くときに登録の画面を出します。"),
        short=N_("認証アプリの必須"),
    ),
    # --- papers --------------------------------------------------------------------------------------------------------
    _yes_no(
        "receipts_allowed",
        "documents",
        N_("領収書のダウンロードを許可する"),
        help=N_(
            "すべての荷物を出荷したあとで、購入者が発行できます。代金引換・コンビニ決済・後払いの注文では、それぞれの領収書をご案内します。"
        ),
        short=N_("領収書の許可"),
    ),
    _choice(
        "receipt_policy",
        "documents",
        N_("2回目からのダウンロード"),
        {
            Policy.UNLIMITED: N_("何回でも同じ領収書をダウンロードできる"),
            Policy.ONCE: N_("1回だけ。2回目以降はダウンロードできない"),
            Policy.REISSUE: N_("2回目以降は「（再発行）」と表示する"),
        },
        help=N_("1回目から30分のあいだは、途中で切れた場合のために、同じ領収書をもう一度開けます。"),
    ),
    _yes_no(
        "marketplace_receipts",
        "documents",
        N_("モールの注文でも、この店舗の領収書を発行できる"),
        help=N_(
            "楽天市場・Yahoo!ショッピング・au PAY マーケットは、モールが領収書を発行します。外すと、モールでの発行の方法をご案内します。"
        ),
        short=N_("モールの注文の領収書"),
    ),
    Setting(
        "receipt_copies",
        "documents",
        N_("「（再発行）」の回数"),
        Widget.NUMBER,
        checks.days(1, 20),
        help=N_(
            "2回目以降に「（再発行）」と表示するときの上限です（1〜20回）。空欄なら、何回でもダウンロードできます。"
        ),
        bounds=(1, 20),
        unit=N_("回"),
        amount=N_("%(count)s回まで"),
        empty=N_("何回でも"),
    ),
    Setting(
        "receipt_months",
        "documents",
        N_("「（再発行）」の期間"),
        Widget.NUMBER,
        checks.days(1, 24),
        help=N_("1回目のダウンロードから数えます（1〜24か月）。空欄なら、購入者のページが開いているあいだです。"),
        bounds=(1, 24),
        unit=N_("か月"),
        amount=N_("1回目から%(count)sか月"),
        empty=N_("ページが開いているあいだ"),
    ),
    _yes_no("delivery_notes_allowed", "documents", N_("納品書のダウンロードを許可する"), short=N_("納品書の許可")),
    _yes_no(
        "gift_amounts",
        "documents",
        N_("お届け先が購入者と違う注文でも、納品書に金額を載せる"),
        help=N_("載せないときは、贈り物の受取人に金額が伝わりません。領収書と購入明細書は変わりません。"),
        short=N_("贈り物の納品書の金額"),
    ),
    Setting(
        "fiscal_month",
        "documents",
        N_("決算月"),
        Widget.NUMBER,
        checks.days(1, 12),
        help=N_(
            "お渡しした購入明細書・納品書は、決算日の2か月後から7年間（または10年間）保存します。空欄なら、いちばん遅い決算日で数えます。"
        ),
        bounds=(1, 12),
        unit=N_("月"),
        amount=N_("%(count)s月"),
        empty=N_("決めていない"),
    ),
    _yes_no(
        "ten_years",
        "documents",
        N_("書類を10年間保存する"),
        help=N_("欠損金を翌期以降に繰り越す会社などは、10年間の保存が必要です。"),
        short=N_("10年間の保存"),
    ),
    Setting(
        "default_proviso",
        "documents",
        N_("但し書き（購入者が書き換える前の文）"),
        check=checks.text(LONGEST, needed=True, printed=True),
        help=N_("「但し　◯◯」の◯◯の部分です。"),
        short=N_("但し書き"),
    ),
    Setting(
        "provisos",
        "documents",
        N_("ほかの言語の領収書の但し書き"),
        Widget.OWN,
        settings.anything,
        tidying.provisos,
        entries=checks.provisos,
    ),
    _choice(
        "rounding",
        "documents",
        N_("消費税の端数"),
        {
            tax.Rounding.DOWN: N_("切り捨て"),
            tax.Rounding.HALF_UP: N_("四捨五入"),
            tax.Rounding.UP: N_("切り上げ"),
        },
        help=N_("書類1枚につき、税率ごとに1回だけ端数を処理します。"),
    ),
    _choice(
        "points_mode",
        "documents",
        N_("ポイントの扱い"),
        {
            tax.PointsMode.DISCOUNT: N_("値引き（税率ごとの対象額から引く）"),
            tax.PointsMode.MEANS: N_("支払い手段（対象額はそのまま、支払いにあてた額として示す）"),
        },
        help=N_("どちらでも、領収書の金額は実際に支払われた額です。"),
    ),
    # --- issuer --------------------------------------------------------------------------------------------------------
    Setting(
        "issuer_name",
        "issuer",
        N_("発行者の名前"),
        check=checks.text(checks.LONGEST_NAME, printed=True),
        help=N_("会社名、または屋号とお名前。"),
    ),
    Setting(
        "registration_number",
        "issuer",
        N_("登録番号（適格請求書発行事業者）"),
        check=checks.registration_number,
        tidy=registration.normalise,
        help=N_("T と13桁の数字。登録していない場合は空欄にします。"),
        short=N_("登録番号"),
    ),
    Setting(
        "issuer_postcode",
        "issuer",
        N_("郵便番号"),
        check=checks.postcode,
        tidy=tidying.postcode,
        keyboard="numeric",
        short=N_("発行者の郵便番号"),
    ),
    Setting(
        "issuer_address",
        "issuer",
        N_("住所"),
        check=checks.text(checks.LONGEST_ADDRESS, printed=True),
        short=N_("発行者の住所"),
    ),
    _phone("issuer_phone", "issuer", N_("電話番号"), short=N_("発行者の電話番号")),
    _email("issuer_email", "issuer", N_("メールアドレス"), short=N_("発行者のメールアドレス")),
    # --- look ----------------------------------------------------------------------------------------------------------
    Setting(
        "name",
        "look",
        N_("店舗の名前"),
        check=checks.text(checks.LONGEST_NAME, needed=True),
        help=N_("購入者のページとメールの差出人に出ます。"),
    ),
    Setting(
        "accent",
        "look",
        N_("アクセントの色"),
        check=checks.colour,
        tidy=tidying.colour,
        kind="color",
        help=N_("ボタンとリンクの色です。暗い画面では、読めるように自動で明るくします。"),
    ),
    Setting("languages", "look", N_("言語"), Widget.OWN, checks.languages, tidying.languages),
    # --- where buyers reach the shop -----------------------------------------------------------------------------------
    _phone("contact_phone", "contact", N_("電話番号"), short=N_("連絡先の電話番号")),
    Setting(
        "contact_hours",
        "contact",
        N_("電話の受付時間"),
        check=checks.text(checks.LONGEST_HOURS),
        help=N_("例：平日 10時〜17時"),
    ),
    _email("contact_email", "contact", N_("メールアドレス"), short=N_("連絡先のメールアドレス")),
    _url("contact_url", "contact", N_("お問い合わせフォームの URL")),
    _url("site_url", "contact", N_("店舗のサイトの URL")),
    # --- what buyers pay in advance ------------------------------------------------------------------------------------
    Setting(
        "prepay_account",
        "prepay",
        N_("振込先"),
        Widget.WRITING,
        checks.writing(1000),
        help=N_("銀行振込で入金待ちの注文のページと受付メールに出ます。空欄なら「お問い合わせ」をご案内します。"),
        longest=1000,
    ),
    Setting(
        "prepay_days",
        "prepay",
        N_("お支払い期限"),
        Widget.NUMBER,
        checks.days(1, 60),
        help=N_("注文日から数えます（1〜60日）。空欄なら、期限を出しません。"),
        bounds=(1, 60),
        unit=N_("日"),
        amount=N_("注文から%(count)s日"),
        empty=N_("出さない"),
    ),
    # --- mail ----------------------------------------------------------------------------------------------------------
    _email("mail_from", "mail", N_("送信元のアドレス")),
    Setting(
        "notice_addresses",
        "mail",
        N_("お知らせを受け取るアドレス"),
        Widget.LINES,
        checks.addresses,
        tidying.addresses,
        help=N_("購入者からのご連絡などをお知らせします。1行に1つ、10個まで。"),
    ),
    # --- what has a page of its own ------------------------------------------------------------------------------------
    Setting(
        "payment_words",
        "payments",
        N_("支払方法の対応表"),
        Widget.OWN,
        lambda value, _facts: words_problem(value),
    ),
    Setting(
        "payment_state_words",
        "payments",
        N_("入金状況の対応表"),
        Widget.OWN,
        lambda value, _facts: words_problem(value, TEACHABLE),
    ),
    Setting(
        "receipt_answers",
        "payments",
        N_("領収書を発行できる支払方法"),
        Widget.OWN,
        settings.anything,
        tidy_answers,
        entries=answers_problems,
    ),
    Setting(
        "status_words",
        "states",
        N_("注文の状態の言葉"),
        Widget.OWN,
        lambda value, _facts: status_words_problem(value),
    ),
    Setting(
        "carrier_words",
        "carriers",
        N_("配送会社の言葉"),
        Widget.OWN,
        lambda value, _facts: carrier_words_problem(value),
    ),
    Setting("default_tax_rate", "tax", N_("税率が分からない商品の税率"), Widget.OWN, checks.rate),
    Setting("fee_tax_rate", "tax", N_("送料・手数料の税率"), Widget.OWN, checks.rate),
    _yes_no(
        "bundling",
        "parcels",
        N_("同じお届け先の注文を、同梱の候補として出す"),
        help=N_(
            "同じお名前・ご住所・支払方法の、まだ出荷していない注文をまとめる候補として出します。同梱するかどうかを決めるまで、その荷物は出荷作業に移せません。"
        ),
        short=N_("同梱の候補"),
    ),
)
DECLARED: Mapping[str, settings.Setting[Problem]] = {setting.column: setting for setting in ALL}
"""Settings by column."""
