"""Words for 取り込み: our fields, what a word may mean, states, what is wrong with a mapping."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.importing.runs.editing import Line, Wrong
from portal.words.fields import FIELDS as FIELDS_OF_ROWS
from portal.words.states import ORDER_STATES, SUBSCRIPTION_STATES

KINDS: Mapping[str, Any] = {"orders": _l("注文"), "shipments": _l("出荷実績"), "subscriptions": _l("定期購入")}
COUNTS: Mapping[str, Mapping[str, Any]] = {
    "orders": {
        "created": _l("新しい注文"),
        "updated": _l("内容が変わった注文"),
        "unchanged": _l("変わらない注文"),
        "refused": _l("取り込めなかった注文"),
    },
    "shipments": {
        "created": _l("荷物が加わった注文"),
        "updated": _l("内容が変わった注文"),
        "unchanged": _l("変わらない注文"),
        "refused": _l("取り込めなかった注文"),
    },
    "subscriptions": {
        "created": _l("新しい定期購入"),
        "updated": _l("内容が変わった定期購入"),
        "unchanged": _l("変わらない定期購入"),
        "refused": _l("取り込めなかった定期購入"),
    },
}
COUNTS_OF_TRIAL: Mapping[str, Mapping[str, Any]] = {
    "orders": {
        "created": _l("新しくできる注文"),
        "updated": _l("内容が変わる注文"),
        "unchanged": _l("変わらない注文"),
        "refused": _l("取り込めない注文"),
    },
    "shipments": {
        "created": _l("荷物が加わる注文"),
        "updated": _l("内容が変わる注文"),
        "unchanged": _l("変わらない注文"),
        "refused": _l("取り込めない注文"),
    },
    "subscriptions": {
        "created": _l("新しくできる定期購入"),
        "updated": _l("内容が変わる定期購入"),
        "unchanged": _l("変わらない定期購入"),
        "refused": _l("取り込めない定期購入"),
    },
}
STATES: Mapping[str, tuple[str, Any]] = {
    "uploaded": ("attention", _l("設定の確認待ち")),
    "trying": ("", _l("テスト中")),
    "tried": ("attention", _l("取り込み待ち")),
    "queued": ("", _l("まもなく取り込みます")),
    "applying": ("", _l("取り込んでいます")),
    "done": ("good", _l("取り込み済み")),
    "refused": ("wrong", _l("取り込めませんでした")),
    "cancelled": ("", _l("取りやめ")),
}
"""(look, words) by state."""
FIELDS: Mapping[str, Any] = {
    **FIELDS_OF_ROWS,
    "code": _l("受注コード"),
    "ordered_at": _l("受注日時"),
    "status": _l("状態"),
    "slip_status": _l("伝票の状態"),
    "cancelled_at": _l("キャンセル日時"),
    "returned_at": _l("返品日時"),
    "paid_on": _l("入金日（日付があれば入金済み）"),
    "name": _l("商品名"),
    "quantity": _l("数量"),
    "unit_price": _l("単価"),
    "amount": _l("小計（商品の行ごと）"),
    "tax_basis": _l("税込か税抜か"),
    "line_status": _l("商品の行の状態"),
    "total": _l("合計（購入者の支払額）"),
    "carrier": _l("配送会社・配送方法"),
    "service": _l("送り状の種類"),
    "external_number": _l("出荷管理番号"),
    "requested_on": _l("お届け希望日"),
    "requested_slot": _l("お届け希望時間帯"),
    "delivered_on": _l("配達した日"),
    "event_at": _l("配送状況の日時"),
    "event_words": _l("配送状況"),
    "event_place": _l("配送状況の場所"),
    "bundled": _l("同梱"),
    "buyer_note": _l("備考"),
    "number": _l("定期購入番号"),
    "state": _l("定期購入の状態"),
    "attention": _l("要対応"),
    "stop_reason": _l("停止・キャンセルの理由"),
    "stopped_at": _l("停止・キャンセルした日時"),
    "suspended_at": _l("停止した日"),
    "canceled_at": _l("キャンセルした日"),
    "created_at": _l("申し込みの日時"),
    "delivery_to": _l("お届け先の区分"),
    "recipient_label": _l("住所録での呼び名"),
    "cycle_days": _l("間隔（日数）"),
    "cycle_months": _l("何か月ごと"),
    "cycle_day": _l("何日に"),
    "cycle_nth": _l("何回目の曜日"),
    "cycle_weekday": _l("何曜日"),
    "purchase_count": _l("購入回数（出荷して返品のないもの）"),
    "cycle_number": _l("定期の回数（この注文・次の注文）"),
    "first_price": _l("初回の単価"),
    "later_price": _l("2回目からの単価"),
    "remaining": _l("残りのお届け回数"),
    "commitment_count": _l("お約束の回数"),
    "bundled_gift": _l("おまけ"),
    "item_cycles": _l("商品ごとのお届けの間隔"),
    "memo": _l("メモ（お客さまには見えません）"),
    "source_media": _l("広告の媒体"),
    "source_device": _l("端末"),
    "source_address": _l("IPアドレス"),
    "subscription_number": _l("定期購入番号"),
}
ORDER_MEANINGS: Mapping[str, Any] = {
    **ORDER_STATES,
    "waiting": _l("出荷待ち"),
    "included": _l("税込"),
    "excluded": _l("税抜"),
    "exempt": _l("非課税"),
    "export": _l("輸出免税"),
    "outside": _l("不課税"),
    "yes": _l("同梱"),
    **SUBSCRIPTION_STATES,
    "none": _l("利用しない"),
    "next": _l("次回のみ"),
    "always": _l("毎回"),
    "all": _l("すべて"),
    "buyer": _l("購入者の住所"),
    "listed": _l("住所録の住所"),
    "own": _l("この定期購入だけの住所"),
}


def wrong_words(line: Line) -> list[str]:
    return [_sentence(kind, about) for kind, about in line.wrong]


def _sentence(kind: Wrong, about: str) -> str:
    sentences: Mapping[Wrong, str] = {
        Wrong.NOT_THERE: _("「%(name)s」という列はこのファイルにありません。一覧から選んでください。", name=about),
        Wrong.TWICE_IN_FILE: _("「%(name)s」という列がファイルに2つあり、どちらか決められません。", name=about),
        Wrong.REPEATED: _("同じ列が2回入っています。1つを消してください。"),
        Wrong.TAKEN: _(
            "この列は「%(name)s」でも使っています。どちらかを消してください。", name=FIELDS.get(about, about)
        ),
        Wrong.NEEDED: _("必ず要る項目です。列を選んでください。"),
        Wrong.FIXED_UNREADABLE: _("「%(name)s」は、この項目の値として読めません。", name=about),
        Wrong.FALLBACK_ALONE: _("先に、通常読む列を選んでください。"),
        Wrong.LINES_INCOMPLETE: _("商品の行には、商品名・数量・単価（または小計）の列がそろって要ります。"),
    }
    return sentences[kind]
