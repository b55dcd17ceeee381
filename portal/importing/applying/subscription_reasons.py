"""Reasons why a subscription of a file is refused, in words for the shop's staff."""

from collections.abc import Mapping

from portal.subscriptions.record.refusals import Refusal, RefusedError

OTHER_NUMBER = "定期購入番号と外部番号が、別々の定期購入のものです。"
DELETED = "この番号の定期購入は削除されています。"
NEEDED = "新しい定期購入に必要です。この番号の定期購入はまだありません。"
NO_NEXT_DATE = "有効な定期購入には、次回お届け予定日か次回発送予定日が必要です。"
LISTED_WITHOUT_EMAIL = "住所録のお届け先には、購入者のメールアドレスが必要です。"
NOT_ENABLED = "この店舗では定期購入を使っていません。設定の「定期購入」で使えるようにしてください。"
_OF: Mapping[Refusal, str] = {
    Refusal.NOT_ENABLED: NOT_ENABLED,
    Refusal.TAKES_NO_NEW: "新しい定期購入を受け付けていません。設定の「定期購入」で変えられます。",
    Refusal.DELETED: DELETED,
    Refusal.FINISHED: "終了した定期購入です。また始めることはできません。",
    Refusal.LOCKED: "きょうは次の注文を作る日です。注文ができるまで変えられません。あすもう一度取り込んでください。",
    Refusal.DATE_TAKEN: "このお届け日か、それより後のお届けは、もう処理しています。これより後の日にしてください。",
    Refusal.SHIP_AFTER_DELIVERY: "次回発送予定日が次回お届け予定日より後です。",
    Refusal.CREATION_AFTER_SHIP: "次回受注作成日が次回発送予定日より後です。",
    Refusal.REQUIRED: "空です。この項目が必要です。",
    Refusal.OUT_OF_RANGE: "数字が大きすぎるか、小さすぎます。",
    Refusal.NO_ITEMS: "お届けする商品がありません。おまけでなく、残りお届け回数が0でない商品が1つ以上必要です。",
    Refusal.CANNOT_COLLECT: "この配送方法では代金引換が使えません。",
    Refusal.NO_SLOTS: "この配送方法では時間帯の指定ができません。時間帯を空にしてください。",
    Refusal.ADDRESS: "お届け先として使えません。",
    Refusal.EMAIL: "メールアドレスの形ではありません。",
    Refusal.CYCLE: "お届けサイクルとして読めません。",
    Refusal.NUMBERS_USED_UP: "定期購入番号を使い切りました。設定の「番号」で桁数を増やしてください。",
    Refusal.TOO_LONG: "長すぎます。",
}


def of_refusal(error: RefusedError) -> str:
    return _OF.get(error.code, "この内容では取り込めません。")
