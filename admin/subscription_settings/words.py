"""Words for the subscriptions' settings: why one is refused, what to know of one, how each stands."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.settings.words import NO, NOTHING, YES
from portal.subscriptions.rules.checks import MOST_ENTRIES, MOST_N
from portal.subscriptions.rules.declarations import DECLARED
from portal.subscriptions.rules.problems import Advice, Problem
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
    Problem.PREFIX_EMPTY: _l("番号の前に付ける文字を書いてください。"),
    Problem.PREFIX_CHARACTERS: _l("使えるのは、半角の英数字と - _ / だけです。"),
    Problem.LAST_TOO_LARGE: _l("桁数に入りきりません。桁数を増やすか、数字を小さくしてください。"),
    Problem.NAME_TWICE: _l("ほかの状態と同じ名前です。見分けられる名前にしてください。"),
}
ADVICE = {
    Advice.NO_CYCLES: _l("お届け間隔が1つも選ばれていません。お客さまは間隔を変えられますが、選べるものがありません。"),
    Advice.NO_PAYMENT_METHODS: _l("支払方法が1つもありません。お客さまは支払方法を変えられません。"),
    Advice.TOLD_TOO_LATE: _l(
        "このお知らせが届くころには、もう注文ができていて、お客さまは変更できません。日数を増やすことをおすすめします。"
    ),
    Advice.NEVER_TOLD: _l("お届けの前にも、注文ができたときにも、お知らせしないことになります。"),
}
WEEKDAYS = dict(zip(WEEKDAY_KEYS, WEEKDAYS_IN_ORDER, strict=True))
"""Name by key of a weekday."""


def problem_words(path: str, problem: Problem) -> str:
    column, _dot, key = path.partition(".")
    setting = DECLARED[column]
    if problem is Problem.TOO_LONG:
        return str(_("長すぎます。%(most)s文字までにしてください。", most=setting.longest))
    if problem is not Problem.NUMBER:
        return str(PROBLEMS[problem])
    least, most = (1, MOST_N[key]) if column == "cycles_offered" else setting.bounds or (0, None)
    if most is None:
        return str(_("%(least)s以上の数字で書いてください。", least=least))
    return str(_("%(least)sから%(most)sまでの数字で書いてください。", least=least, most=most))


# --- how each stands -------------------------------------------------------------------------------------------------
def told(column: str, value: Any) -> str:
    """Return a setting in words, for the overview and for telling what somebody else chose; a table in lines."""
    setting = DECLARED[column]
    if isinstance(value, bool):
        return str(YES if value else NO)
    if column in TOLD:
        return TOLD[column](value) or str(NOTHING)
    if value in (None, "", []):
        return str(_(setting.empty) if setting.empty else NOTHING)
    if setting.amount:
        return str(_(setting.amount, count=value))
    if isinstance(value, list):
        return "\n".join(str(_(setting.choices[one])) if setting.choices else one for one in value)
    return str(_(setting.choices[value]) if setting.choices else value)


def unit_of(kind: str) -> str:
    return str(UNITS[CycleKind(kind).unit])


def _transit(value: Mapping[str, int]) -> str:
    usual = str(_("標準%(days)s日", days=value.get("", 1)))
    others = [str(_("%(name)s %(days)s日", name=name, days=days)) for name, days in value.items() if name]
    return "\n".join([usual, *others])


def _dateless(value: Mapping[str, int]) -> str:
    own = [str(_("%(name)s %(days)s営業日", name=name, days=days)) for name, days in value.items()]
    return "\n".join([*own, str(_("ほかは4営業日"))])


def _shipping(value: Mapping[str, int]) -> str:
    return "\n".join(f"{name or _('標準')} {format_yen(fee)}" for name, fee in value.items())


def _payment(value: Mapping[str, int]) -> str:
    return "\n".join(f"{name} {format_yen(fee)}" for name, fee in value.items())


def _cycles(value: Mapping[str, tuple[int, int]]) -> str:
    return "\n".join(
        f"{CYCLE_KINDS[kind]}{_('：')}{value[kind][0]}–{value[kind][1]}{unit_of(kind)}"
        for kind in CYCLE_KINDS
        if kind in value
    )


def _changes(value: Mapping[str, int | None]) -> str:
    changes = DECLARED["changes"].choices
    refused = [str(_(words)) for change, words in changes.items() if value.get(change, 0) is None]
    told = [str(_("できないもの：%(changes)s", changes="、".join(refused)))] if refused else []
    told += [
        str(_("%(change)sは締切の%(days)s日前まで", change=_(words), days=value[change]))
        for change, words in changes.items()
        if value.get(change)
    ]
    return "\n".join(told) or str(_("すべてできる"))


TOLD: Mapping[str, Callable[[Any], str]] = {
    "transit_days": _transit,
    "dateless_days": _dateless,
    "shipping_fees": _shipping,
    "payment_fees": _payment,
    "closed_weekdays": lambda value: "、".join(str(WEEKDAYS[day]) for day in value),
    "cycles_offered": _cycles,
    "changes": _changes,
    "status_names": lambda value: "\n".join(
        f"{words} → {value[state]}" for state, words in SUBSCRIPTION_STATES.items() if state in value
    ),
}
"""Words for the settings that are tables."""
