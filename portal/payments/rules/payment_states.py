"""Whether an order was paid, read from the words that carts, channels and payment companies write."""

from collections.abc import Mapping
from enum import StrEnum

from portal.payments.rules.methods import folded


class PaymentState(StrEnum):
    PAID = "paid"
    AUTHORIZED = "authorized"
    """The money is reserved and is captured when the order ships."""
    PART_PAID = "part_paid"
    UNPAID = "unpaid"
    LAPSED = "lapsed"
    """The time to pay, or to capture what was reserved, is over."""
    REFUNDED = "refunded"
    """Money was given back, all or a part."""
    FAILED = "failed"
    DISPUTED = "disputed"
    """The buyer asked the card company for the money back."""
    UNREAD = "unread"
    """The file says something that is not understood; `Order.payment_state_words` has it."""
    UNKNOWN = "unknown"
    """The file says nothing, as many channels' files."""


_S = PaymentState
NEEDS_STAFF = frozenset({_S.PART_PAID, _S.LAPSED, _S.REFUNDED, _S.FAILED, _S.DISPUTED})
"""States of a live order that a person must look at."""
ALL_TROUBLES = frozenset(f"payment_{state}" for state in NEEDS_STAFF)
"""Reasons that `trouble_of` gives, as `Order.needs_attention` holds them."""
# Not here, because one system's word for paid is another's for something less: completed (of the procedure, as of cash
# on delivery), settled (of a bill), success and succeeded (also of a reservation), authenticated (of the person).
_WORDS: Mapping[PaymentState, str] = {
    _S.PAID: (
        "入金済 入金済み 入金ずみ 入金有り 入金あり 入金確認済 入金確認済み 入金確認完了 入金完了 全額入金 全額入金済 全額入金済み 過入金 支払済"
        " 支払済み 支払い済 支払い済み お支払い済み お支払い完了 支払完了 支払い完了 支払確定 支払手続き済 支払い確認済み 決済済 決済済み 決済完了"
        " 決済確定 決済成功 売上確定 売上確定済 売上確定済み 売上計上済み 売上済 売上済み 実売上 即時売上 本売上 課金済 課金済み 収納済"
        " 収納済み 領収済 領収済み 回収済 回収済み 集金済 集金済み 消込済 消込済み 立替払済 立替済 立替済み paid fully_paid fullypaid captured"
        " payment_received received"
    ),
    _S.AUTHORIZED: (
        "与信ok 与信済 与信済み 与信完了 与信承認 与信承認済み 与信通過 与信枠確保 オーソリ済 オーソリ済み オーソリok オーソリ完了 オーソリ 承認済 承認済み"
        " 認証済み 仮売上 仮売上済 仮売上済み 審査ok 審査完了 審査通過 authorized authorised auth authed approved"
        " creditable"
    ),
    _S.PART_PAID: (
        "一部入金 一部入金済 一部入金済み 一部支払い 一部支払済 一部支払済み 一部支払い済み 一部決済 一部決済済み 入金不足 不足入金 過少入金"
        " partially_paid partiallypaid partlypaid part_paid partial shortage"
    ),
    _S.UNPAID: (
        "未入金 入金待 入金待ち 入金まち 入金なし 入金無し 入金未確認 入金確認中 入金確認待ち 発送前入金待ち 前払い入金待ち 未払 未払い 未決済 未支払 未支払い"
        " 未収 未回収 未課金 未認証 支払待ち 支払い待ち お支払い待ち 支払手続き中 支払い手続き中 決済待ち 決済処理中 決済中 決済保留中 与信中 与信待ち"
        " 与信保留 与信審査中 審査中 審査待ち 処理中 保留 保留中 要確認 仮登録 unpaid notpaid not_paid not_received notreceived pending"
        " payment_pending on_hold awaiting_payment waiting waitingforpayment processing unauthorized authorizing ordered"
        " credit_exam_processing credit_exam_hold"
    ),
    _S.LAPSED: (
        "期限切れ 期限切 期限超過 支払期限切れ 支払い期限切れ 入金期限切れ 与信期限切れ オーソリ期限切れ 仮売上期限切れ 有効期限切れ 失効 expired overdue"
        " lapsed"
    ),
    _S.REFUNDED: (
        "返金 返金済 返金済み 返金完了 返金中 返金処理中 返金待ち 返金予定 全額返金 全額返金済 全額返金済み 全額返金完了 一部返金 一部返金済 一部返金済み"
        " 一部返金完了 部分返金 部分返金済み 返金済み(一部) 返金済み(全額) 払い戻し 払戻 払戻し 払戻済 払戻済み 払い戻し済み キャンセル返金 キャンセル返金済"
        " キャンセル返金済み 売上返品 返品返金済み 赤伝処理済み refunded refund partially_refunded partiallyrefunded partial_refund"
        " fully_refunded refund_pending refunding refunds_pending"
    ),
    _S.FAILED: (
        "決済エラー 決済失敗 決済ng 決済不可 カードエラー 与信ng 与信エラー 与信失敗 与信否決 オーソリng オーソリ失敗 オーソリエラー 売上エラー 売上失敗"
        " 売上確定失敗 売上ng 審査ng 審査落ち 審査否決 承認ng 支払失敗 支払い失敗 支払不可 エラー 失敗 無効 取消 取消済 取消済み 取り消し 与信取消"
        " 与信取消済み 仮売上取消 売上取消 売上取消済み 決済取消 決済キャンセル 入金取消 キャンセル キャンセル済 キャンセル済み voided void failed"
        " failure error declined denied canceled cancelled auth_failed update_failed credit_exam_failed authorizationfailure"
    ),
    _S.DISPUTED: "チャージバック チャージバック中 チャージバック済み 異議申立 異議申し立て 係争中 chargeback charged_back disputed dispute",
}
_STATE_OF = {folded(word): state for state, words in _WORDS.items() for word in words.split()}


def payment_state(words: str, own: Mapping[str, str] | None = None) -> PaymentState:
    """Read the state from a file's words. What is not known is UNREAD and never a guess; no words are UNKNOWN.

    `own`: the shop's own words → state; one of them decides if it is the whole text.
    """
    text = folded(words)
    if not text:
        return PaymentState.UNKNOWN
    taught = next((state for word, state in (own or {}).items() if folded(word) == text), None)
    return PaymentState(taught) if taught else _STATE_OF.get(text, PaymentState.UNREAD)


def trouble_of(state: str, refunded: int) -> str:
    """Return the reason why staff must look at a live order's payment, or an empty text."""
    if refunded:
        return f"payment_{PaymentState.REFUNDED}"
    return f"payment_{state}" if state in NEEDS_STAFF else ""
