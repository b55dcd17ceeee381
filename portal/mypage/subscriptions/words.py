"""Why a change cannot be made, in the buyer's words, with what to do instead."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.subscriptions.record.refusals import Refusal
from portal.subscriptions.rules.allowances import Verdict, Why
from portal.web.look import day_text

_REFUSALS: Mapping[Refusal, Any] = {
    Refusal.LOCKED: _l("本日は次回のご注文を準備しています。準備が終わるまで、変更できません。"),
    Refusal.TOO_LATE: _l("次回のお届けの準備が始まっているため、変更できません。"),
    Refusal.TOO_MANY_SKIPS: _l("続けてお休みできる回数を超えるため、お休みにできません。"),
    Refusal.RESUME_DATE: _l("再開日は、明日以降の日付にしてください。"),
    Refusal.TOO_NEAR: _l("この日にはお届けが間に合いません。より後の日を選んでください。"),
    Refusal.DATE_TAKEN: _l("この日のお届けは、すでにお手続きが済んでいます。より後の日を選んでください。"),
    Refusal.CYCLE: _l("お届け間隔を選び直してください。"),
    Refusal.REQUIRED: _l("入力してください。"),
    Refusal.OUT_OF_RANGE: _l("この数は指定できません。ご確認のうえ、もう一度入力してください。"),
    Refusal.NO_ITEMS: _l(
        "お届けする商品を1つ以上残してください。解約をご希望の場合は、解約のページからお手続きください。"
    ),
    Refusal.METHOD_NOT_OFFERED: _l("このお支払い方法は、定期購入ではお使いいただけません。"),
    Refusal.CANNOT_COLLECT: _l("この配送方法では、代金引換をお使いいただけません。"),
    Refusal.NO_SLOTS: _l("ポストにお届けするため、時間帯は指定できません。"),
    Refusal.NO_CARD: _l("お使いになるカードを登録してください。"),
    Refusal.NO_CONSENT: _l("このお支払い方法をご利用いただくには、先に決済会社でのお手続きが必要です。"),
    Refusal.ADDRESS: _l("このお届け先は現在ご利用いただけません。ほかのお届け先を選んでください。"),
    Refusal.EMAIL: _l("メールアドレスの形式が正しくありません。例：hanako@example.jp"),
    Refusal.TOO_LONG: _l("長すぎます。短くしてください。"),
    Refusal.FINISHED: _l("この定期購入は終了しています。"),
    Refusal.DELETED: _l("この定期購入は終了しています。"),
}


def refusal_words(code: Refusal) -> str:
    return str(_REFUSALS.get(code) or _("この内容には変更できません。お困りの場合は、当店へお問い合わせください。"))


def why_words(verdict: Verdict) -> str:
    """Return why a change is not allowed now, or an empty text if it is."""
    if verdict.why is Why.TOO_LATE and verdict.until and verdict.again_from:
        return str(
            _(
                "次回のお届けの変更は、%(until)s 23:59に締め切りました。それ以降のお届けは、%(again)sから変更できます。",
                until=day_text(verdict.until),
                again=day_text(verdict.again_from),
            )
        )
    if verdict.why is None:
        return ""
    return str(_WHYS[verdict.why])


_WHYS: Mapping[Why, Any] = {
    Why.STATE: _l("現在、この変更はできません。定期購入ページで、現在の内容をご確認ください。"),
    Why.NOT_ALLOWED: _l("このページからは変更できません。当店が代わりに変更しますので、お問い合わせください。"),
    Why.TOO_LATE: _l("次回のお届けの準備が始まっているため、変更できません。"),
    Why.LOCKED: _l("本日は次回のお届けの準備をしています。明日、もう一度お試しください。"),
    Why.TOO_MANY_SKIPS: _l("続けてお休みできる回数の上限に達しました。次回のお届けのあとに、またお休みできます。"),
    Why.NO_SLOTS: _l("ポストにお届けするため、時間帯の指定はありません。"),
    Why.GUEST: _l("ポイントは、会員の方だけがお使いいただけます。"),
    Why.NO_CHOICE: _l("ほかに選べるものがありません。ご希望がある場合は、当店へお問い合わせください。"),
    Why.COMMITMENT: _l("お約束の回数のお届けが終わるまで、このページからは変更できません。"),
}
