"""Words for subscriptions on the staff's side: states, why a person must look, why something was not done."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.subscriptions.record.refusals import Refusal
from portal.subscriptions.terms.reasons import ALL_DELIVERED, NO_ORDERS_LEFT
from portal.words.states import ATTENTION, SUBSCRIPTION_STATES

_STOPPED: Mapping[str, Any] = {
    ALL_DELIVERED: _l("すべての商品をお届けし終わりました"),
    NO_ORDERS_LEFT: _l("決められた回数の注文を作り終わりました"),
}
_REFUSALS: Mapping[Refusal, Any] = {
    Refusal.DELETED: _l("この定期購入は削除されています。"),
    Refusal.STATE: _l("現在の状態では、この操作はできません。"),
    Refusal.FINISHED: _l("終了した定期購入は、メモと備考のほかは変えられません。"),
    Refusal.LOCKED: _l("今日はこの定期購入の注文を作る日です。注文ができるまでお待ちください。"),
    Refusal.TOO_LATE: _l("次の注文を作る日になったので、スキップは変えられません。"),
    Refusal.TOO_MANY_SKIPS: _l("続けてスキップできる回数を超えます。"),
    Refusal.RESUME_DATE: _l("再開日は、明日以降の日付にしてください。"),
    Refusal.TOO_NEAR: _l("この日には間に合いません。もっと後の日にしてください。"),
    Refusal.DATE_TAKEN: _l("この日か、それより後の日の分は、もう済んでいます。もっと後の日にしてください。"),
    Refusal.SHIP_AFTER_DELIVERY: _l("発送日は、お届け日より前にしてください。"),
    Refusal.CREATION_AFTER_SHIP: _l("注文を作る日は、発送日より前にしてください。"),
    Refusal.CYCLE: _l("お届けの間隔として読めません。回数や曜日を確認してください。"),
    Refusal.CYCLE_BASE: _l("か月ごとの間隔は、今日からは数えはじめられません。「次回のお届け日から」にしてください。"),
    Refusal.REQUIRED: _l("入力してください。"),
    Refusal.OUT_OF_RANGE: _l("この数にはできません。大きさを確認してください。"),
    Refusal.NO_ITEMS: _l("おまけのほかに、これからもお届けする商品が1つ以上必要です。"),
    Refusal.METHOD_NOT_OFFERED: _l("設定の「定期で使える支払方法」にない支払方法です。"),
    Refusal.CANNOT_COLLECT: _l("この配送方法では、代金引換にできません。"),
    Refusal.NO_SLOTS: _l("この配送方法では、時間帯を指定できません。"),
    Refusal.NO_CARD: _l("カード払いにするには、このお客さまの登録済みのカードを選んでください。"),
    Refusal.NO_CONSENT: _l("この支払方法にするには、お客さまの同意（契約番号）が必要です。"),
    Refusal.ADDRESS: _l("このお客さまのお届け先ではないか、もうありません。"),
    Refusal.ADDRESS_IN_USE: _l("ほかの定期購入がこのお届け先を使っています。"),
    Refusal.EMAIL: _l("メールアドレスとして読めません。"),
    Refusal.LABEL: _l("このラベルは、もうありません。"),
    Refusal.NOT_ENABLED: _l("この店舗では定期購入を使っていません。設定で使えるようにできます。"),
    Refusal.TAKES_NO_NEW: _l("新しい定期購入の受付を止めています。"),
    Refusal.NUMBERS_USED_UP: _l("使える番号がありません。設定で桁数を増やしてください。"),
    Refusal.FIELD: _l("この項目は、もうありません。"),
    Refusal.TOO_LONG: _l("長すぎます。短くしてください。"),
    Refusal.NOT_A_NUMBER: _l("数として読めません。"),
    Refusal.NOT_A_DATE: _l("日付として読めません。"),
    Refusal.NOT_AN_OPTION: _l("選べるものの中から選んでください。"),
    Refusal.ONE_ANSWER: _l("1つだけ選んでください。"),
}


def state_names(own: Mapping[str, str]) -> dict[str, str]:
    """Return state → name. `own`: the shop's own names, from `SubscriptionRules.status_names`."""
    return {state: own.get(state) or str(words) for state, words in SUBSCRIPTION_STATES.items()}


def attention_words(reason: str) -> str:
    """Return a code of ours as a sentence, and what staff wrote as it is."""
    return str(ATTENTION.get(reason, reason))


def stop_words(reason: str) -> str:
    return str(_STOPPED.get(reason, reason))


def refusal_words(code: Refusal) -> str:
    return str(_REFUSALS.get(code, _REFUSALS[Refusal.STATE]))
