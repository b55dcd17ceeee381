"""What stands in the audit, in words: actions, fields, values."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

GROUPS: Sequence[tuple[Any, Mapping[str, Any]]] = (
    (
        _l("注文"),
        {
            "order.created": _l("注文を取り込んだ"),
            "order.updated": _l("注文の内容を更新した"),
            "order.cancelled": _l("注文をキャンセルした"),
            "order.held": _l("注文を保留にした"),
            "order.return_awaited": _l("返品待ちにした"),
            "order.returned": _l("返品済みにした"),
            "order.picking_begun": _l("出荷作業を始めた"),
            "order.put_back": _l("出荷待ちに戻した"),
            "order.return_withdrawn": _l("返品を取りやめた"),
            "order.attention_settled": _l("要確認を確認済みにした"),
            "order.rates_set": _l("税率を入力した"),
            "order.payment_decided": _l("支払いの扱いを決めた"),
            "order.buyer_corrected": _l("購入者の情報を直した"),
            "order.viewed": _l("注文のページを見た"),
            "order.opened_as_buyer": _l("購入者の画面を見た"),
            "order_link.sent": _l("注文ページのリンクを送った"),
            "statement.viewed": _l("購入明細書を開いた"),
            "delivery_note.viewed": _l("納品書を開いた"),
            "order.shipped_in_part": _l("一部出荷済みにした"),
            "order.status_derived": _l("出荷の状況から注文の状態が変わった"),
        },
    ),
    (
        _l("出荷・同梱"),
        {
            "shipment.created": _l("出荷を登録した"),
            "shipment.updated": _l("出荷の内容を更新した"),
        },
    ),
    (
        _l("領収書"),
        {
            "receipt.issued": _l("領収書を発行した"),
            "receipt.reissued": _l("領収書を再発行した"),
            "receipt.reopened": _l("領収書をもう一度受け取れるようにした分が使われた"),
            "receipt.viewed": _l("領収書のページを見た"),
            "receipt.voided": _l("領収書を取り消した"),
            "receipt.went_over": _l("注文の金額を超えて領収書を発行した"),
            "receipt.taken": _l("お店の領収書が受け取られた"),
            "receipt.granted": _l("領収書をもう一度受け取れるようにした"),
            "receipt.printed": _l("領収書を紙に印刷した"),
            "receipt.return_issued": _l("返還インボイスを発行した"),
            "receipt.return_voided": _l("返還インボイスを取り消した"),
            "order.receipts_told": _l("領収書ができたことを知らせた"),
            "receipt.mailed": _l("領収書をメールで送った"),
            "receipt.opened": _l("領収書のPDFを開いた"),
        },
    ),
    (
        _l("台帳・書き出し"),
        {
            "ledger.viewed": _l("領収書の台帳を見た"),
            "export.requested": _l("ファイルへの書き出しを頼んだ"),
            "export.downloaded": _l("書き出したファイルを受け取った"),
            "audit.viewed": _l("操作の記録を見た"),
        },
    ),
    (
        _l("メール"),
        {
            "mail.viewed": _l("送ったメールを見た"),
            "mail.retried": _l("メールをもう一度送った"),
            "mail.taken_as_sent": _l("メールを送信済みとして扱った"),
            "mail_text.saved": _l("メールの文面を保存した"),
            "mail_text.reset": _l("メールの文面を標準にもどした"),
            "mail_text.tested": _l("テストメールを自分に送った"),
        },
    ),
    (
        _l("お客さまのログイン"),
        {
            "login.succeeded": _l("お客さまがログインした"),
            "login_code.sent": _l("確認コードを送った"),
            "second_step.passed": _l("確認コードが合った"),
            "login_lock.lifted": _l("ログインのロックを解除した"),
            "session.renewed": _l("ログインが引き継がれた"),
            "sessions.ended": _l("お客さまのログインを終わらせた"),
        },
    ),
    (
        _l("お客さまからの依頼"),
        {
            "request.created": _l("お客さまから依頼が届いた"),
            "request.viewed": _l("お客さまからの依頼を見た"),
            "request.answered": _l("お客さまからの依頼にメールで返事をした"),
            "request.settled": _l("お客さまからの依頼を対応済みにした"),
        },
    ),
)
"""By noun, as the filter's list shows them."""

ACTIONS: Mapping[str, Any] = {action: words for _noun, group in GROUPS for action, words in group.items()}

FIELDS: Mapping[str, Any] = {
    "number": _l("番号"),
    "addressee": _l("宛名"),
    "amount": _l("金額"),
    "void_reason": _l("取り消した理由"),
    "over": _l("超えた金額"),
    "over_reason": _l("超えて発行した理由"),
    "extra_downloads": _l("追加で受け取れる回数"),
    "status": _l("状態"),
    "code_live": _l("注文コードの使用"),
    "orders": _l("注文"),
    "buyer_name": _l("購入者名"),
    "buyer_kana": _l("購入者名（カナ）"),
    "phone": _l("電話番号"),
    "email": _l("メールアドレス"),
    "postcode": _l("郵便番号"),
    "prefecture": _l("都道府県"),
    "address": _l("住所"),
    "recipient_name": _l("お届け先名"),
    "recipient_kana": _l("お届け先名（カナ）"),
    "recipient_phone": _l("お届け先電話番号"),
    "recipient_postcode": _l("お届け先郵便番号"),
    "recipient_prefecture": _l("お届け先都道府県"),
    "recipient_address": _l("お届け先住所"),
    "payment_method": _l("支払方法"),
    "payment_state": _l("入金"),
    "payment_class": _l("領収書の扱い"),
    "needs_attention": _l("要確認"),
    "tax_rates": _l("税率"),
    "fee_rate": _l("送料・手数料の税率"),
    "answer": _l("返事"),
    "total": _l("合計金額"),
    "shipping_fee": _l("送料"),
    "payment_fee": _l("決済手数料"),
    "other_fee": _l("その他の手数料"),
    "discount": _l("値引き"),
    "coupon": _l("クーポン"),
    "points_used": _l("利用ポイント"),
    "carrier": _l("配送会社"),
    "service": _l("配送サービス"),
    "tracking_number": _l("追跡番号"),
    "shipped_on": _l("出荷日"),
    "lines": _l("明細"),
    "kind": _l("種類"),
    "encoding": _l("文字コード"),
    "rows": _l("件数"),
}
"""A field without words is shown by its own name."""


def value_words(value: str | None) -> str:
    """Stored values are texts; yes and no as Python writes them."""
    return str({"True": _("はい"), "False": _("いいえ")}.get(value or "", value or ""))
