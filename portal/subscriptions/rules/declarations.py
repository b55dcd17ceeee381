"""Every setting of a shop for its subscriptions, declared once: column, section, widget, words, bounds, tidying.

Forms, refusals, the overview's and the audit's labels and what may be set at all follow from here; so a new setting is a
row in this table, a column of `SubscriptionRules` with its migration, and whoever reads it.
"""

from collections.abc import Mapping
from typing import Any

from portal.shipments.rules import carriers
from portal.subscriptions.rules import checks, tidying
from portal.subscriptions.rules.problems import Problem
from portal.values.settings import Setting, Widget

N_ = str
"""Marks a text to be collected for translation; whoever shows it translates it."""

DAYS = N_("%(count)s日")
LONGEST_KEY = 60
"""Most characters of a delivery method or prefecture in a table."""


def _yes_no(column: str, section: str, label: str, **more: Any) -> Setting[Problem]:
    return Setting(column, section, label, Widget.YES_NO, **more)


def _choice(column: str, section: str, label: str, choices: Mapping[str, str], **more: Any) -> Setting[Problem]:
    return Setting(column, section, label, Widget.CHOICE, checks.one_of(*choices), choices=choices, **more)


def _number(
    column: str, section: str, label: str, bounds: checks.Bounds, *, may_be_empty: bool = False, **more: Any
) -> Setting[Problem]:
    words = {"widget": Widget.NUMBER, "amount": DAYS, "placeholder": "–" if may_be_empty else ""} | more
    return Setting(
        column, section, label, check=checks.number(bounds, may_be_empty=may_be_empty), bounds=bounds, **words
    )


def _list(column: str, section: str, label: str, longest: int, **more: Any) -> Setting[Problem]:
    check = checks.texts(longest)
    return Setting(column, section, label, Widget.LINES, check, tidying.entries, longest=longest, **more)


def _numbers(
    column: str, section: str, label: str, bounds: checks.Bounds, *, longest: int = LONGEST_KEY, **more: Any
) -> Setting[Problem]:
    return Setting(
        column,
        section,
        label,
        Widget.OWN,
        tidy=tidying.given,
        entries=checks.numbers(bounds, longest),
        bounds=bounds,
        longest=longest,
        **more,
    )


CHANGES = {
    "cycle": N_("お届け間隔"),
    "next_date": N_("次回のお届け日"),
    "skip": N_("次回のスキップ"),
    "time_slot": N_("お届け時間帯"),
    "items": N_("商品・数量"),
    "address": N_("お届け先"),
    "payment": N_("支払方法"),
    "card": N_("カードの登録・変更"),
    "points": N_("ポイントの利用"),
    "contact": N_("電話番号・メールアドレス"),
    "pause": N_("一時停止・再開"),
    "cancel": N_("解約"),
}
"""Changes that a shop may allow its buyers."""
OFFERS = {
    "pause": N_("しばらく休む（一時停止）"),
    "skip": N_("次回だけ休む（スキップ）"),
    "longer": N_("お届け間隔を延ばす"),
}
SLOTS = {slot.words: slot.words for slot in carriers.all_slots()}
"""Time slots of the carriers that a shop may take away."""
ALL: tuple[Setting[Problem], ...] = (
    # --- basics --------------------------------------------------------------------------------------------------------
    _yes_no(
        "enabled",
        "basics",
        N_("定期購入を使う"),
        help=N_("外すと、定期購入のページを出しません。有効な定期購入があるあいだは外せません。"),
    ),
    _yes_no(
        "takes_new",
        "basics",
        N_("新しい定期購入を受け付ける"),
        help=N_("外しても、現在の定期購入の注文は、これまでどおり作ります。止まるのは新しい申し込みだけです。"),
    ),
    _choice(
        "generates",
        "basics",
        N_("注文を作るのは"),
        {
            "us": N_("ここで作る（作った注文は、CSV や API で出荷の仕組みに渡します）"),
            "them": N_("店舗のカートが作る（ecforce など。ここでは予定を見せ、変更を受け付けて渡すだけです）"),
        },
        help=N_("「店舗のカート」を選ぶと、その日からここでは注文を1件も作りません。"),
    ),
    Setting(
        "comment",
        "basics",
        N_("お客さまへのひとこと"),
        Widget.WRITING,
        checks.text(1000),
        tidying.lines,
        help=N_("お客さまの定期購入のページのいちばん上に出ます。1,000文字まで。空欄なら何も出ません。"),
        longest=1000,
    ),
    # --- days and closed days ------------------------------------------------------------------------------------------
    _number(
        "lead_days",
        "days",
        N_("出荷の準備にかかる日数"),
        (0, 60),
        unit=N_("日"),
        help=N_("出荷の準備とお届けの日数を合わせて、お届け予定日から発送予定日をさかのぼります。"),
    ),
    _number(
        "creation_days",
        "days",
        N_("注文を作る日（何日前か）"),
        (0, 60),
        unit=N_("日前"),
        help=N_("この日に次の注文を作ります。お客さまが変更できるのは、その前の日の 23:59 までです。"),
    ),
    _choice(
        "creation_base",
        "days",
        N_("起算日"),
        {"ship": N_("発送予定日"), "delivery": N_("お届け予定日")},
    ),
    _numbers(
        "transit_days",
        "days",
        N_("お届けまでの日数（都道府県）"),
        (0, 30),
        help=N_("空欄の都道府県は、「標準」の日数になります。0から30まで。"),
    ),
    _numbers(
        "dateless_days",
        "days",
        N_("お届け日を選べない配送方法の日数"),
        (1, 30),
        help=N_(
            "発送からお届けまでを営業日で数えます（土・日・祝日と店舗の休業日を除く）。空欄は4営業日です。定期購入の「配送方法」と同じ言葉を書きます。"
        ),
    ),
    Setting(
        "closed_weekdays",
        "days",
        N_("毎週の休み"),
        Widget.OWN,
        checks.weekdays,
        tidying.weekdays,
        help=N_(
            "休みの日には出荷しません。発送予定日が休みに当たるときは、前の出荷できる日に早めます。お届け予定日は変わりません。"
        ),
    ),
    _yes_no("closed_on_holidays", "days", N_("国民の祝日は出荷を休む")),
    # --- what is on offer ----------------------------------------------------------------------------------------------
    Setting(
        "cycles_offered",
        "cycles",
        N_("お客さまが選べるお届け間隔"),
        Widget.OWN,
        tidy=tidying.ranges,
        entries=checks.cycles,
        help=N_("印をつけたものだけを、書いた範囲でお客さまに出します。現在の定期購入の間隔は変わりません。"),
    ),
    _list(
        "payment_methods",
        "cycles",
        N_("選べる支払方法"),
        100,
        rows=5,
        help=N_(
            "お客さまが定期購入で選べる支払方法を、1行に1つ、出す順に書きます。注文にある支払方法と同じ言葉にしてください。"
        ),
    ),
    _yes_no(
        "authorises",
        "cycles",
        N_("注文を作るときに、支払いの承認（オーソリ）を取る"),
        help=N_(
            "カード、Amazon Pay など、後払いが対象です。承認が取れないときは注文を保留にし、お客さまに支払方法の変更をお願いします。0円の注文では取りません。"
        ),
    ),
    _list(
        "cod_methods_refused",
        "cycles",
        N_("代金引換が使えない配送方法"),
        60,
        rows=3,
        help=N_("ネコポスなど、日を選べない配送方法では、書かなくても代金引換を選べません。ほかにあれば1行に1つ。"),
    ),
    _list(
        "time_slots",
        "cycles",
        N_("お届け時間帯（配送会社のもののほかに）"),
        40,
        rows=3,
        help=N_("配送会社の時間帯は、書かなくても選べます。店舗独自の時間帯があれば1行に1つ。"),
    ),
    Setting(
        "time_slots_refused",
        "cycles",
        N_("選べないようにするお届け時間帯"),
        Widget.OWN,
        checks.chosen(SLOTS),
        tidying.entries,
        choices=SLOTS,
        help=N_(
            "印をつけた時間帯は、配送会社にあっても選べません。現在の定期購入の時間帯は変わりませんが、次の注文からは時間帯の指定なしで作ります。"
        ),
    ),
    _yes_no("carries_slot", "cycles", N_("作る注文に、お届け時間帯を引き継ぐ")),
    # --- fees ----------------------------------------------------------------------------------------------------------
    _numbers(
        "shipping_fees",
        "fees",
        N_("送料（都道府県）"),
        (0, 99_999),
        help=N_(
            "税込みの円で書きます。空欄の都道府県は「標準」の金額になり、「標準」も空欄なら、お届け先が変わっても送料はそのままです。特典（送料無料・値引き）は、ここから引いて計算します。"
        ),
    ),
    _numbers(
        "payment_fees",
        "fees",
        N_("支払方法ごとの手数料"),
        (0, 99_999),
        longest=100,
        help=N_("空欄なら、その支払方法に変わっても手数料はそのままです。かからないときは 0 と書きます。"),
    ),
    _yes_no(
        "keeps_net",
        "fees",
        N_("消費税率が変わったら、商品の税込価格も変える"),
        help=N_("税抜きで価格を決めている店舗で使います。使わないときは、税率が変わっても税込価格はそのままです。"),
        short=N_("税率が変わったときの価格"),
    ),
    # --- what buyers may do --------------------------------------------------------------------------------------------
    Setting(
        "changes",
        "changes",
        N_("お客さまができる変更"),
        Widget.OWN,
        tidy=tidying.extra_days,
        entries=checks.extra_days(CHANGES, (0, 60)),
        bounds=(0, 60),
        choices=CHANGES,
        help=N_(
            "通常の締切は、注文を作る日の前の日の 23:59 です。準備に時間がかかる変更は、締切を何日早めるかを書きます（0から60まで）。"
        ),
    ),
    _number(
        "date_window_days",
        "changes",
        N_("次回のお届け日を動かせる範囲"),
        (1, 365),
        unit=N_("日先まで"),
        help=N_("1から365まで。"),
    ),
    _number(
        "skips_allowed",
        "changes",
        N_("続けてスキップできる回数"),
        (0, 12),
        unit=N_("回"),
        amount=N_("%(count)s回"),
        help=N_("0から12まで。"),
    ),
    _number(
        "pauses_longest",
        "changes",
        N_("一時停止できる長さ"),
        (1, 730),
        may_be_empty=True,
        unit=N_("日まで"),
        empty=N_("期限なし"),
        help=N_("空欄なら期限なし。1から730まで。"),
    ),
    _yes_no(
        "cancel_within_commitment",
        "changes",
        N_("お約束の回数より前でも、お客さまが自分で解約できる"),
        help=N_("外すと、お約束の回数に届くまでは、解約はお申し出として担当者に届きます。"),
    ),
    Setting(
        "offers_before_cancelling",
        "changes",
        N_("解約の前のご提案（1回だけ）"),
        Widget.OWN,
        checks.offers(OFFERS),
        choices=OFFERS,
        short=N_("解約の前のご提案"),
        help=N_("上から順に、その定期購入でできる最初の1つだけをご提案します。「解約する」も同じ大きさで出ます。"),
    ),
    # --- numbers -------------------------------------------------------------------------------------------------------
    _choice(
        "numbering",
        "numbering",
        N_("番号の付け方"),
        {"running": N_("連番だけ"), "prefix": N_("決まった文字＋連番"), "date": N_("日付＋連番")},
    ),
    _number(
        "number_digits",
        "numbering",
        N_("連番の桁数"),
        (5, 10),
        widget=Widget.LIST,
        amount=N_("%(count)s桁"),
    ),
    Setting(
        "number_prefix",
        "numbering",
        N_("番号の前に付ける文字"),
        check=checks.prefix(10),
        tidy=tidying.narrow,
        longest=10,
        help=N_("「決まった文字＋連番」のときに使います。半角の英数字と - _ / で、10文字まで。例：TEA-"),
    ),
    _yes_no(
        "number_hyphen",
        "numbering",
        N_("日付と連番のあいだに - を入れる"),
        help=N_("「日付＋連番」のときに使います。"),
    ),
    _number(
        "last_number",
        "numbering",
        N_("最後に使った番号"),
        (0, None),
        amount="",
        help=N_(
            "次の定期購入は、これより1つ大きい番号になります。桁数いっぱいまで使うと1に戻り、使われている番号は飛ばします。"
        ),
    ),
    # --- mails and names -----------------------------------------------------------------------------------------------
    _number(
        "upcoming_days",
        "mails",
        N_("お届け前のお知らせ"),
        (1, 30),
        may_be_empty=True,
        unit=N_("日前"),
        help=N_("お届け予定日の何日前に、お客さまにメールで知らせるか。1から30まで。空欄なら送りません。"),
    ),
    _yes_no("tells_generated", "mails", N_("注文を作ったとき、お客さまにメールで知らせる")),
    _yes_no(
        "card_mails",
        "mails",
        N_("カードの期限が近いとき・切れたとき、自動でメールを送る"),
        help=N_("外しても、担当者が手で送れます。"),
    ),
    Setting(
        "status_names",
        "names",
        N_("状態の名前"),
        Widget.OWN,
        tidy=tidying.given,
        entries=checks.names(20),
        longest=20,
        help=N_(
            "管理画面とお客さまのページでの呼び名です。空欄なら、いつもの名前になります。呼び名を変えても、しくみは変わりません。20文字まで。"
        ),
    ),
)
DECLARED: Mapping[str, Setting[Problem]] = {setting.column: setting for setting in ALL}
"""Settings by column."""
