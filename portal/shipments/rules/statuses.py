"""Translation of each carrier's tracking words into our states, and the choice of the newest event."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.values.dates import tokyo_date


class TrackingState(StrEnum):
    """State of a parcel, in the order in which it passes through them."""

    REGISTERED = "registered"
    """A slip exists; the carrier has not scanned the parcel yet."""
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    """Nobody was there: the buyer arranges another delivery."""
    HELD = "held"
    """The parcel waits at a depot, post office or shop, or for the requested day."""
    EXCEPTION = "exception"
    """Wrong address, refused, or being looked for: the shop has to act."""
    DELIVERED = "delivered"
    RETURNED = "returned"
    """The parcel is back at the shop, or on its way back."""


UNDER_WAY = frozenset(TrackingState) - {TrackingState.DELIVERED, TrackingState.RETURNED}
"""States in which the page goes on asking for tracking news."""


@dataclass(frozen=True)
class Event:
    at: datetime
    """Carrier's own time, timezone-aware."""
    state: TrackingState | None
    """State, None for words that the table does not know, which are shown as they came."""
    words: str = ""
    place: str = ""


_Words = tuple[tuple[str, TrackingState], ...]
_S = TrackingState

# Regular expressions for the whole of the words after `_fold`; the first that fits decides.
_EVERY_CARRIER: _Words = (
    (r"(?:伝票番号)?未登録|引受予定|.*登録されておりません|該当(?:なし|データはありません)", _S.REGISTERED),
    (r".*見(?:当たり|当り|あたり|つかり)ません.*", _S.REGISTERED),
    (r"配[達送](?:完了|済み|終了|しました)(?:です)?(?:\(.*\))?|投函完了|お届け(?:済み|完了)", _S.DELIVERED),
    (r"受取完了|(?:お客様)?引渡完了", _S.DELIVERED),
    (r"返品(?:完了|中|済み)?|(?:差出人に)?返送(?:中|済み)?|返却(?:中|済み|完了)?", _S.RETURNED),
    (r"持ち?戻り?\((?:.*不明|転居.*|.*辞退.*)\)|調査中(?:\(.*\))?|伝票番号誤り", _S.EXCEPTION),
    (r"住所不明|転居先不明|あて所不明|受取辞退|事故|破損", _S.EXCEPTION),
    (r"持ち?戻り?(?:中)?(?:\(.*\).*)?|ご?不在(?:のため持ち戻り)?", _S.ATTEMPTED),
    (r"(?:営業所|郵便局)?(?:に)?保管(?:中)?(?:\(.*\))?|.+\(保管中\)|ご来店予定|営業所(?:止め?|受取)", _S.HELD),
    (r"依頼受付(?:\(.*\))?|再?配達希望受付", _S.HELD),
    (r"配達中|持ち?出し?(?:中)?|配達に出発", _S.OUT_FOR_DELIVERY),
    (r"輸送中|発送(?:済み)?|出発|到着|通過|中継|作業店通過|配[達送]店到着|営業所到着", _S.IN_TRANSIT),
    (r"転送|運行中|配送中|配達予定(?:です)?|投函予定", _S.IN_TRANSIT),
    (r"集荷(?:完了)?|荷物受付|引受|受付|荷受け?|お預かり", _S.ACCEPTED),
)
_OF_CARRIER: dict[str, _Words] = {
    "yamato": (
        (r"海外荷物受付", _S.ACCEPTED),
        (r"海外発送|国内到着|通関(?:中|手続き中)", _S.IN_TRANSIT),
    ),
    "sagawa": ((r"お問い合わせno\.をお確かめ下さい", _S.REGISTERED),),
    "japanpost": (
        # Codes of 配達ステータス集約コード in ゆうプリR: 引受予定.
        (r"10|0a", _S.REGISTERED),
        (r"お届け先にお届け済み|窓口でお渡し", _S.DELIVERED),
        (r"コンビニエンスストアに引渡|郵便局に到着|.*保管.*", _S.HELD),
        (r"国際交換局.*|通関手続中|税関.*", _S.IN_TRANSIT),
    ),
}
_POST_BOX = re.compile(r"局留|局止|私書箱|郵便局留|p\.?o\.?box", re.IGNORECASE)


def state_of(carrier_code: str, words: str, *, deliver_to: str = "") -> TrackingState | None:
    """Return our state for a carrier's words or for the name of one of our states, or None for unknown words.

    `deliver_to`: the delivery address. For a post office box or 局留, Japan Post's 「お届け先にお届け済み」 means that
    the parcel has arrived and waits; 「窓口でお渡し」 is its completion.
    """
    text = _fold(words)
    if text in frozenset(TrackingState):
        return TrackingState(text)
    for pattern, state in (*_OF_CARRIER.get(carrier_code, ()), *_EVERY_CARRIER):
        if re.fullmatch(pattern, text):
            arrived = state == _S.DELIVERED and carrier_code == "japanpost" and text.startswith("お届け")
            return _S.HELD if arrived and to_post_office(deliver_to) else state
    return None


def to_post_office(address: str) -> bool:
    """Return whether a delivery address is a 私書箱 or 局留."""
    return _POST_BOX.search(_fold(address)) is not None


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort by the carrier's time, oldest first; at the same time by the order in which a parcel passes the states."""
    steps = list(TrackingState)
    return sorted(events, key=lambda event: (event.at, steps.index(event.state) if event.state else -1))


@dataclass(frozen=True)
class Attempt:
    at: datetime
    number: int
    """Number of the attempt on its day in Tokyo, from 1."""

    @property
    def key(self) -> str:
        """Return a name that stays the same when the carrier tells of the same attempt once more."""
        return f"{tokyo_date(self.at)}:{self.number}"


def last_attempt(events: Iterable[Event]) -> Attempt | None:
    """Return the attempt that the parcel waits after, or None if it is not waiting after one.

    Carriers may write two lines for one attempt (ご不在, 持ち戻り): lines of one day with no other state between them are
    one. Words that nobody knows are no state.
    """
    found: Attempt | None = None
    is_last = False
    for event in in_order(events):
        if event.state == TrackingState.ATTEMPTED:
            same_day = found is not None and tokyo_date(found.at) == tokyo_date(event.at)
            if found is None or not same_day:
                found = Attempt(event.at, 1)
            elif not is_last:
                found = Attempt(event.at, found.number + 1)
        if event.state is not None:
            is_last = event.state == TrackingState.ATTEMPTED
    return found if is_last else None


def newest_event(events: Iterable[Event]) -> Event | None:
    """Return the event that tells where the parcel is, or None if there are no events.

    Nothing but a return comes after a delivery, and nothing after a return: a carrier's late or mis-timed
    "in transit" never un-delivers a parcel. An event with unknown words counts while the parcel is under way.
    """
    newest: Event | None = None
    for event in in_order(events):
        last = newest.state if newest else None
        over = last in {TrackingState.DELIVERED, TrackingState.RETURNED}
        if not over or (last == TrackingState.DELIVERED and event.state == TrackingState.RETURNED):
            newest = event
    return newest


def newest_state(events: Iterable[Event]) -> TrackingState | None:
    """Return the state of the newest event that has one, or None if there is none."""
    newest = newest_event(event for event in events if event.state is not None)
    return newest.state if newest else None


def _fold(words: str) -> str:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", words).lower())
    # 佐川's list marks what is going on (⇒) and what is done (↓).
    return text.strip("⇒→↓*。")
