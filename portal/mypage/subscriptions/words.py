"""Why a change cannot be made, in the buyer's words, with what to do instead."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.notifications.letters import day
from portal.subscriptions.record.refusals import Refusal
from portal.subscriptions.rules.allowances import Verdict, Why
from portal.web.languages import locale

_REFUSALS: Mapping[Refusal, Any] = {
    Refusal.LOCKED: _l("今日は次のご注文を準備する日です。準備ができるまで、変更できません。"),
    Refusal.TOO_LATE: _l("次のお届けの準備が始まっているため、変更できません。"),
    Refusal.TOO_MANY_SKIPS: _l("続けてお休みできる回数を超えるため、お休みにできません。"),
    Refusal.RESUME_DATE: _l("再開する日は、明日以降の日にしてください。"),
    Refusal.TOO_NEAR: _l("この日にはお届けが間に合いません。もっと後の日を選んでください。"),
    Refusal.DATE_TAKEN: _l("この日の分は、もうお届けの手続きが済んでいます。もっと後の日を選んでください。"),
    Refusal.CYCLE: _l("お届けの間隔を選びなおしてください。"),
    Refusal.REQUIRED: _l("入力してください。"),
    Refusal.OUT_OF_RANGE: _l("この数にはできません。もう一度お確かめください。"),
    Refusal.NO_ITEMS: _l(
        "お届けする商品を1つ以上残してください。おやめになるときは、解約のページからお手続きください。"
    ),
    Refusal.METHOD_NOT_OFFERED: _l("このお支払い方法は、定期購入ではお使いいただけません。"),
    Refusal.CANNOT_COLLECT: _l("この配送方法では、代金引換をお使いいただけません。"),
    Refusal.NO_SLOTS: _l("ポストにお届けするため、時間帯は指定できません。"),
    Refusal.NO_CARD: _l("お使いになるカードを登録してください。"),
    Refusal.NO_CONSENT: _l("このお支払い方法は、先にお支払い会社での同意が必要です。"),
    Refusal.ADDRESS: _l("このお届け先は、いまは使えません。ほかのお届け先を選んでください。"),
    Refusal.EMAIL: _l("メールアドレスの形になっていません。もう一度お確かめください。"),
    Refusal.TOO_LONG: _l("長すぎます。短くしてください。"),
    Refusal.FINISHED: _l("この定期購入は終了しています。"),
    Refusal.DELETED: _l("この定期購入は終了しています。"),
}


def refusal_words(code: Refusal) -> str:
    return str(_REFUSALS.get(code) or _("この内容には変更できません。お困りのときは、お店にご連絡ください。"))


def why_words(verdict: Verdict) -> str:
    """Return why a change is not allowed now, or an empty text if it is."""
    if verdict.why is Why.TOO_LATE and verdict.until and verdict.again_from:
        return str(
            _(
                "次のお届けの分は、%(until)s 23:59で締め切りました。その次の分からは、%(again)s以降に変更できます。",
                until=day(verdict.until, locale()),
                again=day(verdict.again_from, locale()),
            )
        )
    if verdict.why is None:
        return ""
    return str(_WHYS[verdict.why])


_WHYS: Mapping[Why, Any] = {
    Why.STATE: _l(
        "いまは、この変更の必要がないか、できない状態です。定期購入のページで、いまの内容をお確かめください。"
    ),
    Why.NOT_ALLOWED: _l("このページからは変更できません。お店が代わりに変更しますので、ご連絡ください。"),
    Why.TOO_LATE: _l("次のお届けの準備が始まっているため、変更できません。"),
    Why.LOCKED: _l("今日は次のお届けの準備をしています。明日、もう一度お試しください。"),
    Why.TOO_MANY_SKIPS: _l("続けてお休みできる回数になりました。次のお届けのあとに、またお休みできます。"),
    Why.NO_SLOTS: _l("ポストにお届けするため、時間帯の指定はありません。"),
    Why.GUEST: _l("ポイントは、会員の方だけがお使いいただけます。"),
    Why.NO_CHOICE: _l("ほかに選べるものがありません。ご希望のときは、お店にご連絡ください。"),
    Why.COMMITMENT: _l("お約束の回数のお届けが終わるまで、このページからは変更できません。"),
}
