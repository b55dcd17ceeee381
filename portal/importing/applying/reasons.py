"""Reasons why the system refuses what a file says, in words for the shop's staff."""

from collections.abc import Sequence

from portal.importing.reading.reader import spoken
from portal.orders.rules.states import HeldForBundlingError, MoveRefusedError
from portal.shipments.parcels import ParcelProblem, ParcelRefusedError
from portal.values import unusable
from portal.values.states import ORDER_NAMES

NEEDED = "新しい注文に必要です。この受注コードの注文はまだありません。"
NO_CODE = "受注コードがありません。"
NO_SUCH_ORDER = "この受注コードの注文はありません。先に注文を取り込んでください。"
NOT_STORED = "データベースに入れられませんでした。同じ内容の注文がほかにないか確かめてください。"
UNUSABLE = {
    unusable.NAME: "お名前に読めない文字があります。お客さまがログインできるように、注文の画面で直してください。",
    unusable.EMAIL: "メールアドレスが使えないため、メールが届きません。注文の画面で直してください。",
    unusable.PHONE: "電話番号が使えません。注文の画面で直してください。",
}
CUT = "商品名と選択肢が長いため、後ろを「…」で省きました。"
NOT_BUNDLED = "同じ送り状番号が別の注文にもあります。同梱なら「同梱」の列か、同じ出荷管理番号が必要です。"

_PARCEL = {
    ParcelProblem.ORDER_CANCELED: "キャンセル済みの注文です。同じ受注コードは、キャンセルのときに許可した場合だけもう一度使えます。",
    ParcelProblem.WHICH_PARCEL: "この注文には荷物がいくつもあります。送り状番号か出荷管理番号を入れてください。",
    ParcelProblem.HELD: "同梱するかどうかが決まっていません。管理画面の「同梱」で決めてから、出荷作業に移してください。",
    ParcelProblem.SHIPPED_ALREADY: "出荷済みの荷物はキャンセルにできません。",
}


def of_move(error: MoveRefusedError) -> str:
    if isinstance(error, HeldForBundlingError):
        return _PARCEL[ParcelProblem.HELD]
    now, wanted = ORDER_NAMES[error.current], ORDER_NAMES[error.wanted]
    return f"いま「{now}」の注文は「{wanted}」にできません。"


def of_parcel(error: ParcelRefusedError) -> str:
    if error.problem == ParcelProblem.NOT_ORDERED:
        return f"商品コード「{error.detail}」は、この注文にないか、注文の数量より多くなっています。"
    return _PARCEL[error.problem]


def of_letters(letters: Sequence[str]) -> str:
    """Return what staff are told of a text that was taken, but that the papers cannot print as it is."""
    return f"書類に印刷できない文字があります（{'、'.join(letters)}）。絵文字は省き、ほかの文字は「〓」と印刷します。"


def of_neighbour(line: int) -> str:
    """Return the reason for a row that is right itself but is applied with a wrong one."""
    return f"いっしょに取り込む{spoken(line)}に誤りがあります。直すとこの行も取り込めます。"
