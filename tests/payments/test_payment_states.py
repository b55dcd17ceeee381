"""Whether an order was paid, read from some 200 real words of carts, channels and payment companies."""

import pytest

from portal.payments.rules.payment_states import ALL_TROUBLES, PaymentState, payment_state, trouble_of

S = PaymentState
TABLE = {
    S.PAID: """入金済 入金済み 入金確認済み 入金完了 全額入金 過入金 支払済 支払済み お支払い済み 支払完了 支払手続き済 決済済み 決済完了 決済確定
        売上確定 売上確定済み 実売上 即時売上 課金済み 収納済み 回収済み 消込済み 立替済 paid PAID fully_paid captured Captured
        received 入金確認済 支払い済み 支払い完了""",
    S.AUTHORIZED: """与信OK 与信済 与信済み 与信完了 オーソリ済 オーソリ済み 承認済み 認証済み 仮売上 仮売上済み 審査OK authorized AUTHORIZED
        authed approved creditable""",
    S.PART_PAID: "一部入金 一部入金済 一部入金済み 一部支払い済み 入金不足 partially_paid PARTIALLY_PAID PartlyPaid shortage",
    S.UNPAID: """未入金 入金待ち 発送前入金待ち 未払い 未決済 未支払 未収 支払待ち 支払い待ち 支払手続き中 決済待ち 与信中 与信待ち 与信保留 審査中 処理中
        保留中 unpaid pending PENDING NotPaid notReceived Authorizing credit_exam_hold""",
    S.LAPSED: "期限切れ 期限超過 支払期限切れ オーソリ期限切れ 失効 expired EXPIRED overdue",
    S.REFUNDED: """返金 返金済 返金済み 返金完了 全額返金 全額返金済み 一部返金 一部返金済み 部分返金 返金済み(一部) キャンセル返金 キャンセル返金済
        キャンセル返金済み 払い戻し 払戻済み refunded REFUNDED partially_refunded PARTIALLY_REFUNDED refund_pending""",
    S.FAILED: """決済エラー 決済失敗 決済NG 与信NG 与信エラー オーソリNG 審査NG 承認NG 支払失敗 無効 取消 取消済み 売上取消 キャンセル キャンセル済み
        voided VOIDED failed declined auth_failed update_failed credit_exam_failed AuthorizationFailure canceled cancelled""",
    S.DISPUTED: "チャージバック チャージバック中 異議申立 chargeback charged_back disputed",
    S.UNREAD: """completed COMPLETED settled success Succeeded authenticated capture paid_out 要求成功 1 0 Y N 要連絡 その他 確定 完了？ 入金済み? 未入金済み 入金済みではない 返品 paid? not_authorized カード 仮 済 OK NG 売上 入金
        クレジットカード 決済 2026/11/20 あり""",
}
WORDS = [(word, state) for state, words in TABLE.items() for word in words.split()]


def test_the_table_is_as_long_as_it_says() -> None:
    assert len({word for word, _state in WORDS}) == len(WORDS) >= 80


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_words_of_a_payment_state(words: str, expected: PaymentState) -> None:
    assert payment_state(words) is expected
    assert payment_state(f" {words}\u3000") is expected


def test_no_words_say_nothing() -> None:
    assert payment_state("") is payment_state("　 ") is S.UNKNOWN


def test_a_shop_teaches_the_words_that_the_table_does_not_know() -> None:
    own = {"完了（ゼウス）": "paid", "要連絡": "failed"}
    assert payment_state("完了(ゼウス)", own) is S.PAID
    assert payment_state("要連絡", own) is S.FAILED
    assert payment_state("要連絡中", own) is S.UNREAD


@pytest.mark.parametrize(
    ("state", "refunded", "reason"),
    [
        ("paid", 0, ""),
        ("paid", 1, "payment_refunded"),
        ("unpaid", 0, ""),
        ("unread", 0, ""),
        ("part_paid", 0, "payment_part_paid"),
        ("lapsed", 0, "payment_lapsed"),
        ("failed", 0, "payment_failed"),
        ("disputed", 0, "payment_disputed"),
        ("refunded", 0, "payment_refunded"),
    ],
)
def test_what_a_person_must_look_at(state: str, refunded: int, reason: str) -> None:
    assert trouble_of(state, refunded) == reason
    assert not reason or reason in ALL_TROUBLES
