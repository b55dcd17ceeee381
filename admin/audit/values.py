"""Words for what changed in an entry of the audit trail: fields and their values."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from admin.subscription_settings.words import LABELS as SUBSCRIPTION_SETTINGS
from portal.shops.rules.declarations import DECLARED
from portal.words.fields import FIELDS as FIELDS_OF_ROWS
from portal.words.states import ORDER_STATES, SUBSCRIPTION_STATES

FIELDS: Mapping[str, Any] = {
    **FIELDS_OF_ROWS,
    **{setting.column: _l(setting.name) for setting in DECLARED.values()},
    **SUBSCRIPTION_SETTINGS,
    "closed_days": _l("お店の休み"),
    "label_name": _l("ラベル"),
    "subscriptions": _l("定期購入の件数"),
    "reason": _l("理由"),
    "category": _l("まとまり"),
    "several": _l("何度でも答えられる"),
    "custom_field": _l("自由項目"),
    "position": _l("順"),
    "field_name": _l("項目の名前"),
    "field_kind": _l("答えかた"),
    "field_required": _l("必須"),
    "field_longest": _l("文字数の上限"),
    "field_least": _l("いちばん小さい数"),
    "field_most": _l("いちばん大きい数"),
    "field_options": _l("選択肢"),
    "number": _l("番号"),
    "recipient": _l("宛先"),
    "q": _l("さがした言葉"),
    "addressee": _l("宛名"),
    "amount": _l("金額"),
    "void_reason": _l("取り消した理由"),
    "over": _l("超えた金額"),
    "over_reason": _l("超えて発行した理由"),
    "extra_downloads": _l("追加で受け取れる回数"),
    "status": _l("状態"),
    "code_live": _l("受注コードの使用"),
    "orders": _l("注文"),
    "payment_class": _l("領収書の扱い"),
    "payment_reason": _l("支払い会社の答え"),
    "authorised": _l("支払いの与信"),
    "deferred_state": _l("後払いの状態"),
    "next_payment_method": _l("変更後の支払方法"),
    "card": _l("カード"),
    "expires": _l("有効期限"),
    "last4": _l("番号の下4けた"),
    "brand": _l("カードの種類"),
    "is_default": _l("いつも使うカード"),
    "needs_attention": _l("要対応"),
    "tax_rates": _l("税率"),
    "answer": _l("返事"),
    "total": _l("合計金額"),
    "carrier": _l("配送会社"),
    "service": _l("配送サービス"),
    "lines": _l("明細"),
    "kind": _l("種類"),
    "encoding": _l("文字コード"),
    "rows": _l("件数"),
    "product_rates": _l("商品ごとの税率"),
    "logo_key": _l("ロゴ"),
    "seal_key": _l("印影"),
    "role": _l("できること"),
    "staff_name": _l("担当者の名前"),
    "state": _l("状態"),
    "email_key": _l("メールアドレス（比べる形）"),
    "delivery_to": _l("お届け先"),
    "listed_address_id": _l("住所録"),
    "card_id": _l("カード"),
    "skips_in_a_row": _l("続けたスキップ"),
    "late_until": _l("確認したお届け日"),
    "orders_confirmed": _l("作ることにした注文"),
    "cycle_number": _l("次の回数"),
    "purchase_count": _l("購入回数"),
    "resumed": _l("お客さまによる再開"),
    "suspended_at": _l("停止した日時"),
    "canceled_at": _l("キャンセルした日時"),
    "finished_at": _l("終了した日時"),
    "deleted_at": _l("削除した日時"),
    "stop_reason": _l("理由"),
    "memo": _l("メモ"),
    "items": _l("商品"),
    "offered_item": _l("商品名"),
    "price": _l("値段"),
}
"""Words by field; a field that is missing here is shown by its own name."""


VALUES: Mapping[str, Any] = {
    "True": _l("はい"),
    "False": _l("いいえ"),
    **ORDER_STATES,
    "held": _l("未確保"),
    "done": _l("確保済み"),
    "captured": _l("売上確定"),
    "to_register": _l("登録待ち"),
    "registered": _l("登録完了"),
    "registration_ng": _l("登録NG"),
    "in_review": _l("与信中"),
    "approved": _l("与信完了"),
    "rejected": _l("与信NG"),
    "correction_ng": _l("修正NG"),
    "report_asked": _l("出荷報告依頼中"),
    "reporting": _l("出荷報告中"),
    "reported": _l("出荷報告完了"),
    "report_ng": _l("出荷報告NG"),
    "cancel_asked": _l("キャンセル依頼中"),
    "paid": _l("入金済み"),
    "unpaid": _l("未入金"),
    **SUBSCRIPTION_STATES,
    "ledger": _l("領収書の台帳"),
    "utf-8-sig": "UTF-8",
    "cp932": "Shift_JIS（CP932）",
}
"""Words by stored value. Values are stored as text: yes and no as Python writes them, states by their names."""


def value_words(value: str | None) -> str | None:
    return None if value is None else str(VALUES.get(value, value))
