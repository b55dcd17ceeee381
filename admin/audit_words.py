"""What stands in the audit, in words: the actions. Fields and values: audit_values."""

from collections.abc import Mapping, Sequence
from typing import Any

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
            "order.attention_settled": _l("要対応を確認済みにした"),
            "order.rates_set": _l("税率を入力した"),
            "order.payment_decided": _l("支払いの扱いを決めた"),
            "order.payment_authorised": _l("支払いの与信が取れた"),
            "order.payment_refused": _l("支払い会社に断られた"),
            "order.payment_retried": _l("支払いをもう一度試した"),
            "order.payment_captured": _l("代金を受け取った"),
            "order.payment_let_go": _l("与信を取り消した"),
            "order.payment_change_asked": _l("支払方法の変更を申し込んだ"),
            "order.credit_moved": _l("後払いの状態が変わった"),
            "order.buyer_corrected": _l("購入者の情報を直した"),
            "order.viewed": _l("注文のページを見た"),
            "orders.viewed": _l("注文の一覧を見た"),
            "orders.searched": _l("注文をさがした"),
            "today.viewed": _l("今日の仕事を見た"),
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
            "bundle.proposed": _l("同梱候補になった"),
            "bundle.bundled": _l("同梱すると決めた"),
            "bundle.declined": _l("同梱しないと決めた"),
            "bundle.dissolved": _l("同梱候補でなくなった"),
            "bundle.viewed": _l("同梱候補のページを見た"),
        },
    ),
    (
        _l("カード"),
        {
            "card.added": _l("カードを登録した"),
            "card.made_default": _l("いつも使うカードにした"),
            "card.deleted": _l("カードを削除した"),
            "card.told": _l("カードの有効期限をメールで知らせた"),
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
            "receipt.taken": _l("店舗の領収書が受け取られた"),
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
        _l("取り込み"),
        {
            "import.uploaded": _l("ファイルをアップロードした"),
            "import.tried": _l("取り込みを試した"),
            "import.applied": _l("ファイルを取り込んだ"),
            "import.cancelled": _l("取り込みをやめた"),
            "import.settled": _l("取り込めなかった行を対応済みにした"),
            "import.viewed": _l("取り込みの結果を見た"),
            "import.refused_taken": _l("取り込めなかった行のファイルを受け取った"),
            "mapping.created": _l("列の対応を登録した"),
            "mapping.updated": _l("列の対応を変えた"),
            "mapping.deleted": _l("列の対応を消した"),
        },
    ),
    (
        _l("メール"),
        {
            "mail.viewed": _l("送ったメールを見た"),
            "mail.retried": _l("メールをもう一度送った"),
            "mail.taken_as_sent": _l("メールを送信済みとして扱った"),
            "mail.settled": _l("届かなかったメールを対応済みにした"),
            "mail_text.saved": _l("メールの文面を保存した"),
            "mail_text.reset": _l("メールの文面を標準にもどした"),
            "mail_text.tested": _l("テストメールを自分に送った"),
        },
    ),
    (
        _l("購入者のログイン"),
        {
            "login.succeeded": _l("購入者がログインした"),
            "login_code.sent": _l("確認コードを送った"),
            "second_step.passed": _l("確認コードが合った"),
            "login_lock.lifted": _l("ログインのロックを解除した"),
            "session.renewed": _l("ログインが引き継がれた"),
            "sessions.ended": _l("購入者のログインを終わらせた"),
        },
    ),
    (
        _l("お客さまからのご連絡"),
        {
            "request.created": _l("お客さまからご連絡が届いた"),
            "request.viewed": _l("お客さまからのご連絡を見た"),
            "request.answered": _l("お客さまからのご連絡にメールで返事をした"),
            "request.settled": _l("お客さまからのご連絡を対応済みにした"),
        },
    ),
    (
        _l("設定"),
        {
            "shop.settings_changed": _l("店舗の設定を変えた"),
            "shop.product_rates_changed": _l("商品ごとの税率を変えた"),
            "order.rates_filled": _l("わからなかった税率を、店舗の設定から入れた"),
        },
    ),
    (
        _l("担当者"),
        {
            "member.added": _l("担当者を加えた"),
            "member.invited_again": _l("担当者にもう一度招待を送った"),
            "member.role_changed": _l("担当者のできることを変えた"),
            "member.removed": _l("担当者を外した"),
            "staff.signed_in": _l("担当者がログインした"),
            "staff.refused": _l("担当者のパスワードが違った"),
            "staff.code_refused": _l("担当者の認証アプリのコードが違った"),
            "staff.lock_lifted": _l("担当者のログインのロックを解除した"),
            "staff.recovery_code_used": _l("回復コードが使われた"),
            "staff.recovery_codes_renewed": _l("回復コードを作り直した"),
            "staff.totp_set_up": _l("認証アプリを設定した"),
            "staff.totp_turned_off": _l("認証アプリをやめた"),
            "staff.password_changed": _l("パスワードを決めた"),
            "staff.renamed": _l("担当者の名前を変えた"),
        },
    ),
)
"""By noun, as the filter's list shows them."""

ACTIONS: Mapping[str, Any] = {action: words for _noun, group in GROUPS for action, words in group.items()}
