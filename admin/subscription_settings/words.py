"""Words for the subscriptions' settings: labels, why one is refused, what to know of one, how each stands."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.settings.words import NO, NOTHING, YES
from portal.subscriptions.rules.settings import BOUNDS, LONGEST, MOST_ENTRIES, MOST_N, Advice, Problem
from portal.subscriptions.schedule.cycles import WEEKDAYS as WEEKDAY_KEYS
from portal.subscriptions.schedule.cycles import CycleKind
from portal.values.money import format_yen
from portal.words.cycle import CYCLE_KINDS, UNITS
from portal.words.days import WEEKDAYS as WEEKDAYS_IN_ORDER
from portal.words.states import SUBSCRIPTION_STATES

PROBLEMS = {
    Problem.CHOICE: _l("この中から選んでください。"),
    Problem.TOO_MANY: _l("%(most)s個までです。減らしてください。", most=MOST_ENTRIES),
    Problem.RANGE_MISSING: _l("選べる範囲を、両方とも数字で書いてください。"),
    Problem.RANGE_BACKWARDS: _l("範囲が逆です。小さい数字を先に書いてください。"),
    Problem.MADE_TOO_LATE: _l(
        "発送する日を過ぎてから注文を作ることになります。出荷の準備とお届けまでの日数を合わせた日数より小さくしないか、「発送予定日」から数えてください。"
    ),
    Problem.NEVER_OPEN: _l("毎日が休みになり、出荷できる日がありません。どれか1つは外してください。"),
    Problem.ACTIVE_ONES: _l(
        "有効な定期購入が残っているので、使わないことにはできません。新しい申し込みだけを止めるときは「新しい定期購入を受け付ける」を外してください。"
    ),
    Problem.SKIPS_ZERO: _l(
        "お客さまにスキップを許すなら、1回以上にしてください。許さないなら、上の表で外してください。"
    ),
    Problem.OFFER_TWICE: _l("同じものが2回あります。どちらかを変えてください。"),
    Problem.OFFER_NOT_ALLOWED: _l(
        "お客さまができない変更は、ご提案できません。上の表で許すか、ご提案から外してください。"
    ),
    Problem.PREFIX_EMPTY: _l("番号の前につける文字を書いてください。"),
    Problem.PREFIX_CHARACTERS: _l("使えるのは、半角の英数字と - _ / だけです。"),
    Problem.LAST_TOO_LARGE: _l("けた数に入りきりません。けた数をふやすか、数字を小さくしてください。"),
    Problem.NAME_TWICE: _l("ほかの状態と同じ名前です。見分けられる名前にしてください。"),
}
ADVICE = {
    Advice.NO_CYCLES: _l("お届け間隔が1つも選ばれていません。お客さまは間隔を変えられますが、選べるものがありません。"),
    Advice.NO_PAYMENT_METHODS: _l("支払方法が1つもありません。お客さまは支払方法を変えられません。"),
    Advice.TOLD_TOO_LATE: _l(
        "このお知らせが届くころには、もう注文ができていて、お客さまは変更できません。日数をふやすことをおすすめします。"
    ),
    Advice.NEVER_TOLD: _l("お届けの前にも、注文ができたときにも、お知らせしないことになります。"),
}
BASES = {"ship": _l("発送予定日"), "delivery": _l("お届け予定日")}
GENERATES = {
    "us": _l("ここで作る（作った注文は、CSV や API で出荷の仕組みに渡します）"),
    "them": _l("お店のカートが作る（ecforce など。ここでは予定を見せ、変更を受け付けて渡すだけです）"),
}
WEEKDAYS = dict(zip(WEEKDAY_KEYS, WEEKDAYS_IN_ORDER, strict=True))
"""Name by key of a weekday."""
CHANGES = {
    "cycle": _l("お届け間隔"),
    "next_date": _l("次回のお届け日"),
    "skip": _l("次回のスキップ"),
    "time_slot": _l("お届け時間帯"),
    "items": _l("商品・数量"),
    "address": _l("お届け先"),
    "payment": _l("支払方法"),
    "card": _l("カードの登録・変更"),
    "points": _l("ポイントの利用"),
    "contact": _l("電話番号・メールアドレス"),
    "pause": _l("一時停止・再開"),
    "cancel": _l("解約"),
}
OFFERS = {
    "pause": _l("しばらく休む（一時停止）"),
    "skip": _l("次回だけ休む（スキップ）"),
    "longer": _l("お届け間隔をのばす"),
}
NUMBERINGS = {
    "running": _l("連番だけ"),
    "prefix": _l("決まった文字＋連番"),
    "date": _l("日付＋連番"),
}
LABELS = {
    "enabled": _l("定期購入を使う"),
    "takes_new": _l("新しい定期購入を受け付ける"),
    "generates": _l("注文を作るのは"),
    "comment": _l("お客さまへのひとこと"),
    "lead_days": _l("出荷の準備にかかる日数"),
    "creation_days": _l("注文を作る日（何日前か）"),
    "creation_base": _l("どの日から数えるか"),
    "transit_days": _l("お届けまでの日数（都道府県）"),
    "dateless_days": _l("お届け日を選べない配送方法の日数"),
    "shipping_fees": _l("送料（都道府県）"),
    "payment_fees": _l("支払方法ごとの手数料"),
    "closed_weekdays": _l("毎週の休み"),
    "closed_on_holidays": _l("国民の祝日は出荷を休む"),
    "cycles_offered": _l("お客さまが選べるお届け間隔"),
    "payment_methods": _l("選べる支払方法"),
    "authorises": _l("注文を作るときに、支払いの承認（オーソリ）を取る"),
    "cod_methods_refused": _l("代金引換が使えない配送方法"),
    "time_slots": _l("お届け時間帯（配送会社のもののほかに）"),
    "carries_slot": _l("作る注文に、お届け時間帯を引きつぐ"),
    "changes": _l("お客さまができる変更"),
    "date_window_days": _l("次回のお届け日を動かせる範囲"),
    "skips_allowed": _l("続けてスキップできる回数"),
    "pauses_longest": _l("一時停止できる長さ"),
    "cancel_within_commitment": _l("お約束の回数より前でも、お客さまが自分で解約できる"),
    "offers_before_cancelling": _l("解約の前のご提案"),
    "numbering": _l("番号のつけかた"),
    "number_digits": _l("連番のけた数"),
    "number_prefix": _l("番号の前につける文字"),
    "number_hyphen": _l("日付と連番のあいだに - を入れる"),
    "last_number": _l("最後に使った番号"),
    "upcoming_days": _l("お届け前のお知らせ"),
    "tells_generated": _l("注文を作ったとき、お客さまにメールで知らせる"),
    "card_mails": _l("カードの期限が近いとき・切れたとき、自動でメールを送る"),
    "status_names": _l("状態の名前"),
}


def problem_words(path: str, problem: Problem) -> str:
    column, _dot, key = path.partition(".")
    if problem is Problem.TOO_LONG:
        return str(_("長すぎます。%(most)s文字までにしてください。", most=LONGEST[column]))
    if problem is not Problem.NUMBER:
        return str(PROBLEMS[problem])
    if column == "last_number":
        return str(_("0以上の数字で書いてください。"))
    least, most = (1, MOST_N[key]) if column == "cycles_offered" else BOUNDS[column]
    return str(_("%(least)sから%(most)sまでの数字で書いてください。", least=least, most=most))


# --- how each stands -------------------------------------------------------------------------------------------------
def told(column: str, value: Any) -> str:
    """Return a setting in words, for the overview and for telling what somebody else chose; a table in lines."""
    if isinstance(value, bool):
        return str(YES if value else NO)
    if column in TOLD:
        return TOLD[column](value) or str(NOTHING)
    return str(NOTHING if value in (None, "") else value)


def unit_of(kind: str) -> str:
    return str(UNITS[CycleKind(kind).unit])


def _days(value: int | None) -> str:
    return "" if value is None else str(_("%(days)s日", days=value))


def _transit(value: Mapping[str, int]) -> str:
    usual = str(_("ふつう%(days)s日", days=value.get("", 1)))
    others = [str(_("%(name)s %(days)s日", name=name, days=days)) for name, days in value.items() if name]
    return "\n".join([usual, *others])


def _dateless(value: Mapping[str, int]) -> str:
    own = [str(_("%(name)s %(days)s営業日", name=name, days=days)) for name, days in value.items()]
    return "\n".join([*own, str(_("ほかは4営業日"))])


def _shipping(value: Mapping[str, int]) -> str:
    return "\n".join(f"{name or _('ふつう')} {format_yen(fee)}" for name, fee in value.items())


def _payment(value: Mapping[str, int]) -> str:
    return "\n".join(f"{name} {format_yen(fee)}" for name, fee in value.items())


def _cycles(value: Mapping[str, tuple[int, int]]) -> str:
    return "\n".join(
        f"{CYCLE_KINDS[kind]}{_('：')}{value[kind][0]}–{value[kind][1]}{unit_of(kind)}"
        for kind in CYCLE_KINDS
        if kind in value
    )


def _changes(value: Mapping[str, int | None]) -> str:
    refused = [str(words) for change, words in CHANGES.items() if value.get(change, 0) is None]
    told = [str(_("できないもの：%(changes)s", changes="、".join(refused)))] if refused else []
    told += [
        str(_("%(change)sは締切の%(days)s日前まで", change=words, days=value[change]))
        for change, words in CHANGES.items()
        if value.get(change)
    ]
    return "\n".join(told) or str(_("すべてできる"))


TOLD: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("lead_days", "creation_days", "upcoming_days"), _days),
    "date_window_days": _days,
    "pauses_longest": lambda value: _days(value) or str(_("期限なし")),
    "skips_allowed": lambda value: str(_("%(count)s回", count=value)),
    "number_digits": lambda value: str(_("%(count)sけた", count=value)),
    "generates": lambda value: str(GENERATES[value]),
    "creation_base": lambda value: str(BASES[value]),
    "numbering": lambda value: str(NUMBERINGS[value]),
    "transit_days": _transit,
    "dateless_days": _dateless,
    "shipping_fees": _shipping,
    "payment_fees": _payment,
    "closed_weekdays": lambda value: "、".join(str(WEEKDAYS[day]) for day in value),
    "cycles_offered": _cycles,
    "changes": _changes,
    "offers_before_cancelling": lambda value: "\n".join(str(OFFERS[offer]) for offer in value),
    "status_names": lambda value: "\n".join(
        f"{words} → {value[state]}" for state, words in SUBSCRIPTION_STATES.items() if state in value
    ),
    **dict.fromkeys(("payment_methods", "cod_methods_refused", "time_slots"), "\n".join),
}
