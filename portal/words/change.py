"""Changes of a subscription in the buyer's words: name, headline, and lines with the values before and after."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.notifications.letters import day
from portal.subscriptions.rules.allowances import Change
from portal.values.masks import DOT, mask_address, mask_email, mask_phone, mask_postcode
from portal.values.money import format_yen
from portal.values.states import SubscriptionState
from portal.words.cycle import cycle_words
from portal.words.days import spoken
from portal.words.fields import POINTS_USES
from portal.words.payments import payment_name
from portal.words.slot import slot_as_shown
from portal.words.states import STATES_FOR_BUYERS

NOTHING = "—"
NAMES: Mapping[str, Any] = {
    Change.CYCLE: _l("お届け間隔の変更"),
    Change.NEXT_DATE: _l("お届け日の変更"),
    Change.TIME_SLOT: _l("お届け時間帯の変更"),
    Change.PAYMENT: _l("お支払い方法の変更"),
    Change.CARD: _l("カードの変更"),
    Change.ADDRESS: _l("お届け先の変更"),
    Change.SKIP: _l("次回お届けのお休み"),
    Change.UNSKIP: _l("お休みの取り消し"),
    Change.PAUSE: _l("定期購入の一時停止"),
    Change.RESUME: _l("定期購入の再開"),
    Change.POINTS: _l("ポイントの利用方法の変更"),
    Change.ITEMS: _l("商品の変更"),
    Change.CONTACT: _l("ご連絡先の変更"),
    Change.CANCEL: _l("定期購入の解約"),
}
_DONE: Mapping[str, Any] = {
    Change.CYCLE: _l("お届け間隔を変更しました"),
    Change.NEXT_DATE: _l("お届け日を変更しました"),
    Change.TIME_SLOT: _l("お届け時間帯を変更しました"),
    Change.PAYMENT: _l("お支払い方法を変更しました"),
    Change.CARD: _l("カードを変更しました"),
    Change.ADDRESS: _l("お届け先を変更しました"),
    Change.SKIP: _l("次回のお届けをお休みにしました"),
    Change.UNSKIP: _l("お休みを取り消しました"),
    Change.PAUSE: _l("お届けを一時停止しました"),
    Change.RESUME: _l("お届けを再開しました"),
    Change.POINTS: _l("ポイントの利用方法を変更しました"),
    Change.ITEMS: _l("商品を変更しました"),
    Change.CONTACT: _l("ご連絡先を変更しました"),
    Change.CANCEL: _l("定期購入を解約しました"),
}
_DESTINATIONS: Mapping[str, Any] = {
    "buyer": _l("お客さまのご住所"),
    "listed": _l("お届け先一覧のご住所"),
    "own": _l("別のご住所"),
}
_ITEM = re.compile(r"(?:[^|]* \| )?(?P<name>.*) \| (?P<quantity>\d+) × -?\d+/(?P<price>-?\d+)円(?P<more>.*)")
"""Pattern of a line of `history.item_text`; the second price is what a buyer pays from now on."""


class Line(NamedTuple):
    label: str
    before: str
    after: str


def change_name(kind: str, *, language: str | None = None) -> str:
    """Return the name of a kind of change, like お届け間隔の変更, in `language` or else that of the request."""
    with _speaking(language):
        return str(NAMES.get(kind, kind))


def change_done(kind: str, facts: Mapping[str, Any]) -> str:
    """Return the headline after a change, like お届け間隔を変更しました; `facts` are those of its `SubscriptionChange`."""
    if kind == Change.PAUSE and "state" not in facts:
        return str(_("再開日を変更しました"))
    return str(_DONE.get(kind, _("変更しました")))


def change_lines(
    facts: Mapping[str, Any], today: date, *, full: bool = False, with_place: bool = True, language: str | None = None
) -> list[Line]:
    """Return the lines of `SubscriptionChange.facts` in the order in which people ask.

    `with_place`: whether the destination is among them, part by part. Bookkeeping and unknown columns are left out. Names, phone numbers and addresses are masked unless `full`; if only
    the hidden part has changed, the line still says that it has.
    """
    with _speaking(language):
        said = facts if with_place else {name: value for name, value in facts.items() if name not in PLACE}
        return list(_lines(said, today, full=full))


def _speaking(language: str | None) -> AbstractContextManager[None]:
    return nullcontext() if language is None else force_locale(language)


def _lines(facts: Mapping[str, Any], today: date, *, full: bool) -> Iterator[Line]:
    for column, (label, words) in COLUMNS.items():
        if column not in facts or (column in IN_FULL and not full) or _says_nothing_new(column, facts):
            continue
        before, after = facts[column]
        if column == "items":
            before, after = _that_differ(before, after)
        nothing = str(NOTHING_OF.get(column, NOTHING))
        said = Line(str(label), *(_said(words, value, nothing, today) for value in (before, after)))
        mask = MASKS.get(column)
        if mask is not None and not full:
            said = _masked(said, mask)
        if said.before != said.after:
            yield said


def _says_nothing_new(column: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether the column only changed along with another one that says it better."""
    if column == "card_id":
        return "card" in facts
    state = facts["state"][1] if "state" in facts else None
    if column == "next_delivery_on":
        # Only an active subscription has a next delivery.
        return state not in (None, SubscriptionState.ACTIVE)
    if column in ("resume_on", "stop_reason") and state is not None:
        return state != SubscriptionState.SUSPENDED and not facts[column][1]
    return column.startswith("recipient_") and "delivery_to" in facts and facts["delivery_to"][1] != "own"


def _said(words: Callable[[Any], Any], value: Any, nothing: str, today: date) -> str:
    if value in (None, ""):
        return nothing
    shown = words(value)
    return day(shown, spoken(), today) if isinstance(shown, date) else str(shown)


def _masked(line: Line, mask: Callable[[str], str]) -> Line:
    before, after = (NOTHING if words == NOTHING else mask(words) or DOT * 5 for words in (line.before, line.after))
    if before == after and line.before != line.after:
        after = _("%(shown)s（変更あり）", shown=after)
    return Line(line.label, before, after)


# --- values ----------------------------------------------------------------------------------------------------------
def _yen(value: int) -> str:
    return format_yen(value)


def _one_of(words: Mapping[Any, Any]) -> Callable[[str], object]:
    return lambda value: words.get(value, value)


def _skipped(value: bool) -> object:
    return _("お休みする") if value else _("お届けする")


def _yes_or_no(value: bool) -> object:
    return _("あり") if value else _("なし")


def _points(value: int) -> object:
    return _("%(points)sポイント", points=f"{value:,}")


def _instalments(value: int) -> object:
    return _("1回払い") if value == 1 else _("%(times)s回払い", times=value)


def _stored_card(_value: str) -> object:
    return _("登録したカード")


def _that_differ(before: str, after: str) -> tuple[str, str]:
    """Return the items that stand only in `before` and those that stand only in `after`, in the buyer's words."""
    old, new = (list(map(_item, text.splitlines())) for text in (before, after))
    joint = str(_("、"))
    return joint.join(item for item in old if item not in new), joint.join(item for item in new if item not in old)


def _item(text: str) -> str:
    return str(_of_item(text))


def _of_item(text: str) -> object:
    read = _ITEM.fullmatch(text)
    if read is None:
        return text
    if " | gift" in read["more"]:
        return _("%(name)s × %(quantity)s（おまけ）", name=read["name"], quantity=read["quantity"])
    price = format_yen(int(read["price"]))
    return _("%(name)s × %(quantity)s（1個 %(price)s）", name=read["name"], quantity=read["quantity"], price=price)


def _mask_name(name: str) -> str:
    return name[:1] + DOT * 2


COLUMNS: Mapping[str, tuple[Any, Callable[[Any], Any]]] = {
    "state": (_l("定期購入"), _one_of(STATES_FOR_BUYERS)),
    "resume_on": (_l("再開日"), date.fromisoformat),
    "stop_reason": (_l("理由"), str),
    "next_skipped": (_l("次回のお届け"), _skipped),
    "cycle": (_l("お届け間隔"), cycle_words),
    "next_delivery_on": (_l("次回のお届け予定日"), date.fromisoformat),
    "time_slot": (_l("お届け時間帯"), slot_as_shown),
    "items": (_l("商品"), str),
    "delivery_to": (_l("お届け先"), _one_of(_DESTINATIONS)),
    "listed_address": (_l("お届け先一覧のご住所"), str),
    "recipient_name": (_l("お届け先のお名前"), str),
    "recipient_kana": (_l("お届け先のフリガナ"), str),
    "recipient_phone": (_l("お届け先のお電話番号"), str),
    "recipient_postcode": (_l("お届け先の郵便番号"), str),
    "recipient_prefecture": (_l("お届け先の都道府県"), str),
    "recipient_address": (_l("お届け先のご住所"), str),
    "delivery_method": (_l("お届け方法"), str),
    "payment_method": (_l("お支払い方法"), payment_name),
    "card": (_l("カード"), str),
    "card_id": (_l("カード"), _stored_card),
    "cards": (_l("登録したカード"), str),
    "instalments": (_l("お支払い回数"), _instalments),
    "shipping_fee": (_l("送料"), _yen),
    "cool_fee": (_l("クール便の料金"), _yen),
    "payment_fee": (_l("お支払いの手数料"), _yen),
    "perk_free_shipping": (_l("送料無料の特典"), _yes_or_no),
    "perk_off": (_l("送料の割引"), _yen),
    "coupon": (_l("クーポンの割引"), _yen),
    "wrapping": (_l("包装"), str),
    "points_use": (_l("ポイントの利用方法"), _one_of(POINTS_USES)),
    "points_each": (_l("利用するポイント"), _points),
    "buyer_name": (_l("ご注文者のお名前"), str),
    "buyer_kana": (_l("ご注文者のフリガナ"), str),
    "phone": (_l("お電話番号"), str),
    "email": (_l("メールアドレス"), str),
    "postcode": (_l("郵便番号"), str),
    "prefecture": (_l("都道府県"), str),
    "address": (_l("ご住所"), str),
}
"""Column of the subscription, or key that `acknowledgments` adds → its label, and what puts its value in words."""
PLACE = frozenset({"delivery_to", "listed_address", *(name for name in COLUMNS if name.startswith("recipient_"))})
"""Columns that say where deliveries go."""
IN_FULL = frozenset({"stop_reason"})
"""Columns that only `full` shows: the buyer knows the reason, and free text could carry another's link into a mail."""
NOTHING_OF: Mapping[str, Any] = {"time_slot": _l("指定なし"), "resume_on": _l("未定")}
MASKS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("buyer_name", "buyer_kana", "recipient_name", "recipient_kana"), _mask_name),
    **dict.fromkeys(("phone", "recipient_phone"), mask_phone),
    "email": mask_email,
    **dict.fromkeys(("postcode", "recipient_postcode"), mask_postcode),
    **dict.fromkeys(("address", "recipient_address", "listed_address"), mask_address),
}
