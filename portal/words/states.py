"""States of orders and subscriptions in words. What they are called in files is the files' own matter."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.subscriptions.record.attention import Attention
from portal.values import unusable
from portal.values.states import ORDER_NAMES, SubscriptionState

ORDER_STATES: Mapping[str, Any] = {status: _l(name) for status, name in ORDER_NAMES.items()}
"""Names of an order's states in the language of the page."""
SUBSCRIPTION_STATES: Mapping[str, Any] = {
    SubscriptionState.ACTIVE: _l("有効"),
    SubscriptionState.SUSPENDED: _l("停止"),
    SubscriptionState.CANCELED: _l("キャンセル"),
    SubscriptionState.FINISHED: _l("終了"),
}
"""Names of a subscription's states on the staff's side, unless the shop has words of its own."""
STATES_FOR_BUYERS: Mapping[str, Any] = {
    SubscriptionState.ACTIVE: _l("お届け中"),
    SubscriptionState.SUSPENDED: _l("一時停止中"),
    SubscriptionState.CANCELED: _l("解約済み"),
    SubscriptionState.FINISHED: _l("終了"),
}
"""What a subscription's states mean to its buyer."""
ATTENTION: Mapping[str, Any] = {
    Attention.PAYMENT_REFUSED: _l("支払いの与信が取れず、注文が保留になっています。"),
    Attention.NO_CONSENT: _l("お客さまの同意（契約番号）がないため請求できず、注文が保留になっています。"),
    Attention.CAPTURE_REFUSED: _l("発送しましたが、代金を受け取れていません。"),
    Attention.LATE: _l("お届け日を過ぎた注文が、確認を待っています。"),
    Attention.CART: _l("お客さまが変更しました。カートに反映してください。"),
    Attention.CARD_EXPIRED: _l("カードの有効期限が切れています。"),
    Attention.CODE_TAKEN: _l("次の注文の受注コードを、ほかの注文が使っています。"),
    Attention.NOTHING_LEFT: _l("有効なのに、これからお届けする商品がありません。"),
    Attention.CYCLE_DONE: _l("次回のお届け日の分は、すでに済んでいます。日付を変更してください。"),
    Attention.NOT_MADE: _l("次の注文を作れませんでした。内容を確認してください。"),
}
"""Why a person must look at a subscription, by code; what staff wrote stands as it is."""
_UNUSABLE: Mapping[str, Any] = {
    unusable.NAME: _l("お名前に、読めない文字があります。"),
    unusable.EMAIL: _l("メールアドレスが使えないため、メールが届きません。"),
    unusable.PHONE: _l("電話番号が使えません。"),
}


def unusable_words(marks: str) -> str:
    """Return what keeps the buyer of an order out, from the marks in `Order.unusable`; empty without any."""
    return "".join(str(_UNUSABLE[mark]) for mark in marks.split(",") if mark)
