"""Words for what changed in an entry of the audit trail: fields and their values."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.settings.words import CARRIER_NAMES, ORDER_MEANINGS, PAYMENT_CLASSES, PAYMENT_STATES
from portal.receipts.rules.givers import PRODUCTS
from portal.shipments.rules import carriers
from portal.shops.rules import declarations as of_shops
from portal.subscriptions.rules import declarations as of_subscriptions
from portal.values.ids import uuid_or_none
from portal.values.roles import Role
from portal.web.look import long_day, stamp, yen
from portal.words.cycle import cycle_words
from portal.words.fields import FIELDS as FIELDS_OF_ROWS
from portal.words.fields import POINTS_USES
from portal.words.states import ATTENTION, ORDER_STATES, SUBSCRIPTION_STATES, unusable_words

FIELDS: Mapping[str, Any] = {
    **FIELDS_OF_ROWS,
    **{setting.column: _l(setting.name) for setting in of_shops.ALL},
    **{setting.column: _l(setting.name) for setting in of_subscriptions.ALL},
    # What English receipts are for had a column of its own until 0.2.0.
    "proviso_en": _l("英語の領収書の但し書き"),
    "closed_days": _l("店舗の休業日"),
    "label_name": _l("ラベル"),
    "subscriptions": _l("定期購入の件数"),
    "reason": _l("理由"),
    "category": _l("まとまり"),
    "several": _l("何度でも答えられる"),
    "custom_field": _l("自由項目"),
    "position": _l("順"),
    "field_name": _l("項目の名前"),
    "field_kind": _l("回答方法"),
    "field_required": _l("必須"),
    "field_longest": _l("文字数の上限"),
    "field_least": _l("いちばん小さい数"),
    "field_most": _l("いちばん大きい数"),
    "field_options": _l("選択肢"),
    "number": _l("番号"),
    "recipient": _l("宛先"),
    "q": _l("検索した言葉"),
    "addressee": _l("宛名"),
    "amount": _l("金額"),
    "void_reason": _l("取り消した理由"),
    "day_reason": _l("取引日を変えた理由"),
    "over": _l("超えた金額"),
    "over_reason": _l("超えて発行した理由"),
    "extra_downloads": _l("追加で受け取れる回数"),
    "status": _l("状態"),
    "code_live": _l("受注コードの使用"),
    "orders": _l("注文"),
    "payment_class": _l("領収書の扱い"),
    "payment_reason": _l("決済会社の応答"),
    "authorised": _l("支払いの与信"),
    "deferred_state": _l("後払いの状態"),
    "next_payment_method": _l("変更後の支払方法"),
    "card": _l("カード"),
    "expires": _l("有効期限"),
    "last4": _l("番号の下4桁"),
    "brand": _l("カードの種類"),
    "is_default": _l("いつも使うカード"),
    "payment": _l("入金額"),
    "refund": _l("返金額（1件）"),
    "payment_said": _l("入金（ファイル・担当者による）"),
    "refunded_rates": _l("税率ごとの返金額"),
    "received": _l("入金額の合計"),
    "received_by_card": _l("カードでの入金額"),
    "needs_attention": _l("要対応"),
    "unusable": _l("使えない購入者の情報"),
    "attention_since": _l("要対応にした日時"),
    "tax_rates": _l("税率"),
    "answer": _l("返信"),
    "total": _l("合計金額"),
    "carrier": _l("配送会社"),
    "service": _l("配送サービス"),
    "lines": _l("明細"),
    "kind": _l("種類"),
    "encoding": _l("文字コード"),
    "rows": _l("件数"),
    "product_rates": _l("商品ごとの税率"),
    "tells_orders_since": _l("「ご注文の受付」のメールを送りはじめた日時"),
    "tells_cancellations_since": _l("「ご注文のキャンセル」のメールを送りはじめた日時"),
    "tells_attempts_since": _l("「ご不在のお知らせ」のメールを送りはじめた日時"),
    "tells_requests_since": _l("「お問い合わせの受付」のメールを送りはじめた日時"),
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
    "price": _l("価格"),
    "external_number": _l("以前の番号・送り状の番号"),
    "source_media": _l("申し込みの媒体"),
    "source_device": _l("申し込みの端末"),
    "source_address": _l("申し込みの接続元"),
    "orders_before": _l("以前のシステムでの注文"),
    "purchases_before": _l("以前のシステムでの購入"),
    "counted_from": _l("起算日時"),
    "label": _l("名前"),
    "requested_on": _l("お届け希望日"),
    "requested_slot": _l("お届け希望時間帯"),
    "tracking_state": _l("配送状況"),
    "held_for_bundling": _l("同梱のための保留"),
    "code": _l("受注コード"),
    "ordered_at": _l("注文日時"),
    "cancelled_at": _l("キャンセルした日時"),
    "returned_at": _l("返品した日時"),
    "subscription_number": _l("定期購入の番号"),
    "buyer_note": _l("購入者の備考"),
    "file": _l("ファイル"),
    "name": _l("名前"),
    "settled_at": _l("対応済みにした日時"),
    "text": _l("メール"),
}
"""Words by field."""


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
    "waiting": _l("出荷待ち"),
    "failed": _l("届かなかった"),
    "unknown": _l("届いたか不明"),
    "sent": _l("送信済み"),
    "ledger": _l("領収書の台帳"),
    "papers": _l("お渡しした書類"),
    "utf-8-sig": "UTF-8",
    "cp932": "Shift_JIS（CP932）",
}
"""Words by stored value. Values are stored as text: yes and no as Python writes them, states by their names."""


_DESTINATIONS: Mapping[str, Any] = {
    "buyer": _l("購入者と同じ"),
    "listed": _l("お客さまの住所録から"),
    "own": _l("この定期購入だけの住所"),
}
_ROLES: Mapping[str, Any] = {Role.VIEWER: _l("閲覧"), Role.OPERATOR: _l("担当"), Role.MANAGER: _l("管理者")}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ITEM = re.compile(
    r"(?:(?P<code>[^|]*) \| )?(?P<name>.*) \| (?P<quantity>\d+) × (?P<first>-?\d+)/(?P<later>-?\d+)円(?P<more>.*)"
)
"""Pattern of a line of `subscriptions.record.history.item_text`."""


def field_words(field: str) -> str:
    return str(FIELDS.get(field, _("そのほかの項目")))


def value_words(field: str, value: str | None) -> str | None:
    """Return a stored value as the pages write it."""
    if value is None:
        return None
    if field in _WORDS:
        return _WORDS[field](value)
    if _INSTANT.fullmatch(value):
        return stamp(datetime.fromisoformat(value)).striptags()
    if _DAY.fullmatch(value):
        return long_day(date.fromisoformat(value)).striptags()
    if uuid_or_none(value):
        return str(_("削除済み"))
    return str(VALUES.get(value, value))


def _among(words: Mapping[Any, Any]) -> Callable[[str], str]:
    return lambda value: str(words.get(value, value))


def _items(value: str) -> str:
    return "\n".join(_item(line) for line in value.splitlines())


def _item(line: str) -> str:
    found = _ITEM.fullmatch(line)
    if not found:
        return line
    first, later = yen(int(found["first"])), yen(int(found["later"]))
    parts = [
        found["name"],
        _("%(count)s個", count=found["quantity"]),
        first if first == later else _("初回 %(first)s、2回目から %(later)s", first=first, later=later),
    ]
    return "　".join(map(str, parts + [_more(part) for part in found["more"].split(" | ") if part]))


def _more(part: str) -> str:
    """Return one of the notes behind an item's price in words."""
    name, _space, number = part.partition(" ")
    if name == "remaining":
        return str(_("残り%(count)s回", count=number))
    if name == "commitment":
        return str(_("お約束 %(count)s回", count=number))
    if name == "gift":
        return str(_("おまけ"))
    if part.endswith("%"):
        return str(_("税率%(rate)s", rate=part))
    return " → ".join(cycle_words(cycle) for cycle in part.split(" → "))


def _attention(value: str) -> str:
    """Return yes or no for a subscription, and for an order the reason, which takes the place of a yes."""
    order_words = get_template_attribute("admin/orders/_words.html", "attention_words")
    return str(VALUES[value]) if value in VALUES else str(order_words(value))


def _taught(meanings: Mapping[Any, Any]) -> Callable[[str], str]:
    """Return the reader of a table of the shop's own words, a line each with what it means."""

    def read(value: str) -> str:
        pairs = (line.rpartition(": ") for line in value.splitlines())
        return "\n".join(f"{words}: {meanings.get(meaning, meaning)}" for words, _colon, meaning in pairs)

    return read


_ANSWER = re.compile(r"(?P<kind>[a-z]+):(?P<name>.*?): (?P<may>yes|no|)–(?P<sentence>.*)")
"""Pattern of a line of `Shop.receipt_answers`."""


def _answers(value: str) -> str:
    return "\n".join(_answered(line) for line in value.splitlines())


def _answered(line: str) -> str:
    found = _ANSWER.fullmatch(line)
    if not found:
        return line
    products = {product.code: _(product.name) for product in PRODUCTS}
    kinds: Mapping[str, Mapping[Any, Any]] = {"class": PAYMENT_CLASSES, "product": products}
    names = kinds.get(found["kind"], {})
    may = {"yes": _("発行できる"), "no": _("発行できない")}.get(found["may"], "")
    return f"{names.get(found['name'], found['name'])}: {' '.join(filter(None, (may, found['sentence'])))}"


def _yen(value: str) -> str:
    return str(yen(int(value))) if re.fullmatch(r"-?\d+", value) else value


MONEY = (
    *(
        "amount",
        "over",
        "total",
        "refunded",
        "payment",
        "refund",
        "shipping_fee",
        "payment_fee",
        "cool_fee",
        "other_fee",
    ),
    *("discount", "coupon", "perk_off"),
)
_WORDS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(MONEY, _yen),
    # A receipt's number as its paper has it.
    "number": lambda value: value.zfill(8) if value.isdecimal() else value,
    "payment_words": _taught(PAYMENT_CLASSES),
    "payment_state_words": _taught(PAYMENT_STATES),
    "receipt_answers": _answers,
    "carrier_words": _taught(CARRIER_NAMES),
    "status_words": lambda value: _taught(ORDER_MEANINGS)(value) if ": " in value else value,
    "cycle": cycle_words,
    "items": _items,
    "delivery_to": _among(_DESTINATIONS),
    "points_use": _among(POINTS_USES),
    "role": _among(_ROLES),
    "carrier": lambda value: carriers.carrier(value).name if value else value,
    "attention_reason": _among(ATTENTION),
    "needs_attention": _attention,
    "unusable": unusable_words,
    "requested_slot": lambda value: carriers.slot_words("yamato", value),
    # What a person wrote is no value of ours, whatever it looks like.
    **dict.fromkeys(("buyer_name", "recipient_name", "note_1", "note_2", "memo", "q", "reason"), str),
}
"""Words by field, where the field decides how a value reads."""
