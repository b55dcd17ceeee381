"""取り込み in words: our fields, what a word may mean, states, what is wrong with a mapping."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.importing.editing import Line, Wrong

KINDS: Mapping[str, Any] = {"orders": _l("注文"), "shipments": _l("出荷実績")}
STATES: Mapping[str, tuple[str, Any]] = {
    "uploaded": ("attention", _l("読み方の確認待ち")),
    "trying": ("", _l("試しています")),
    "tried": ("attention", _l("取り込み待ち")),
    "queued": ("", _l("まもなく取り込みます")),
    "applying": ("", _l("取り込んでいます")),
    "done": ("good", _l("取り込み済み")),
    "refused": ("wrong", _l("取り込めませんでした")),
    "cancelled": ("", _l("取りやめ")),
}
"""State → (look, words)."""
FIELDS: Mapping[str, Any] = {
    "code": _l("受注コード"),
    "ordered_at": _l("受注日時"),
    "status": _l("状態"),
    "slip_status": _l("伝票の状態"),
    "cancelled_at": _l("キャンセル日時"),
    "returned_at": _l("返品日時"),
    "buyer_name": _l("購入者の名前"),
    "buyer_kana": _l("購入者のよみがな"),
    "phone": _l("購入者の電話番号"),
    "email": _l("購入者のメールアドレス"),
    "postcode": _l("購入者の郵便番号"),
    "prefecture": _l("購入者の都道府県"),
    "address": _l("購入者の住所"),
    "recipient_name": _l("お届け先の名前"),
    "recipient_kana": _l("お届け先のよみがな"),
    "recipient_phone": _l("お届け先の電話番号"),
    "recipient_postcode": _l("お届け先の郵便番号"),
    "recipient_prefecture": _l("お届け先の都道府県"),
    "recipient_address": _l("お届け先の住所"),
    "payment_method": _l("支払方法"),
    "payment_state": _l("入金の状態"),
    "paid_on": _l("入金日（日付があれば入金済み）"),
    "name": _l("商品名"),
    "product_code": _l("商品コード"),
    "quantity": _l("数量"),
    "unit_price": _l("単価"),
    "amount": _l("小計（商品の行ごと）"),
    "tax_rate": _l("税率"),
    "tax_basis": _l("税込か税抜か"),
    "line_status": _l("商品の行の状態"),
    "shipping_fee": _l("送料"),
    "payment_fee": _l("決済手数料"),
    "other_fee": _l("その他の手数料"),
    "fee_rate": _l("送料・手数料の税率"),
    "discount": _l("値引き"),
    "coupon": _l("クーポン"),
    "points_used": _l("ポイント利用"),
    "total": _l("合計（購入者の支払額）"),
    "carrier": _l("配送会社・配送方法"),
    "service": _l("送り状の種類"),
    "external_number": _l("出荷管理番号"),
    "tracking_number": _l("送り状番号"),
    "shipped_on": _l("出荷日"),
    "requested_on": _l("お届け希望日"),
    "requested_slot": _l("お届け希望時間帯"),
    "delivered_on": _l("配達した日"),
    "event_at": _l("配送状況の日時"),
    "event_words": _l("配送状況"),
    "event_place": _l("配送状況の場所"),
    "bundled": _l("同梱"),
    "buyer_note": _l("備考"),
}
ORDER_MEANINGS: Mapping[str, Any] = {
    "awaiting_shipment": _l("出荷待ち"),
    "picking": _l("出荷作業中"),
    "partially_shipped": _l("一部出荷済み"),
    "shipped": _l("出荷済み"),
    "cancelled": _l("キャンセル"),
    "return_pending": _l("返品待ち"),
    "returned": _l("返品済み"),
    "on_hold": _l("保留"),
    "waiting": _l("出荷待ち"),
    "included": _l("税込"),
    "excluded": _l("税抜"),
    "exempt": _l("非課税"),
    "yes": _l("同梱"),
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
        Wrong.FALLBACK_ALONE: _("先に、ふだん読む列を選んでください。"),
        Wrong.LINES_INCOMPLETE: _("商品の行には、商品名・数量・単価（または小計）の列がそろって要ります。"),
    }
    return sentences[kind]
