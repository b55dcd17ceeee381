"""Placeholders in the mail texts that shops write.

Each has one name and can be written in two ways: `## block(myPageUrl) ##` and `[MY_PAGE_URL]`. Filling is one pass over
the text: values that are filled in are never read again, and nothing is ever evaluated. What looks like a placeholder
but is none is reported as a mistake; other brackets ([PR], [1]) are text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Kind(StrEnum):
    WORD = "word"
    """One line, and never a link: what a buyer typed at the cart must not become one."""
    LINK = "link"
    LINES = "lines"
    """Several lines of ours, with links."""
    QUOTE = "quote"
    """Several lines of a buyer's, never with links."""


@dataclass(frozen=True)
class Placeholder:
    name: str
    kind: Kind = Kind.WORD
    messages: frozenset[str] | None = None
    """Messages in which it has a value, None for all."""
    is_tag: bool = False
    """True if it is better known as [TAG]."""
    has_data: bool = True
    """False for a cart's membership data that we do not keep; it is always empty."""
    is_secret: bool = False

    @property
    def block(self) -> str:
        return f"## block({self.name}) ##"

    @property
    def tag(self) -> str:
        return f"[{_tag_of(self.name)}]"

    @property
    def written(self) -> str:
        return self.tag if self.is_tag else self.block

    @property
    def in_subject(self) -> bool:
        """Return whether a subject may hold it: a short line that outlives the body and is shown on locked screens."""
        return self.kind is Kind.WORD and not self.is_secret

    def is_in(self, message: str) -> bool:
        return self.messages is None or message in self.messages


def _tag_of(name: str) -> str:
    """Turn myPageUrl into MY_PAGE_URL."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper()


def _only(*messages: str) -> frozenset[str]:
    return frozenset(messages)


_MEMBER = [
    *("memberName", "memberLastName", "memberFirstName", "memberNameFri", "memberLastNameFri", "memberFirstNameFri"),
    *("memberEmail", "memberZipcode", "memberPref", "memberCity", "memberAddress", "memberBuilding", "memberTel"),
]
_NOT_KEPT = [
    *("memberLoginId", "memberCorp", "memberCorpFri", "memberCorpPost", "memberFax"),
    *("birthYear", "birthMonth", "birthDay", "buyTimes", "buyTotalMoney", "memberPoint", "memberTotalPoint"),
]

_PARCEL = _only("shipped", "delivery_attempted")
_CHANGES = ("subscription_changed", "subscription_canceled")
_OF_SUBSCRIPTIONS = ("order_generated", "upcoming_delivery", *_CHANGES, "card_expiring", "card_expired")

PLACEHOLDERS: Mapping[str, Placeholder] = {
    each.name: each
    for each in (
        Placeholder("myPageUrl", Kind.LINK),
        Placeholder("howToOpen", Kind.LINES),
        Placeholder("orderCode"),
        Placeholder("orderDate"),
        Placeholder("orderItems", Kind.LINES),
        Placeholder("orderTotal"),
        Placeholder("paymentMethod"),
        Placeholder("paymentRequest", Kind.LINES, _only("order_received")),
        Placeholder("shopName"),
        Placeholder("shopPhone"),
        Placeholder("shopHours"),
        Placeholder("shopEmail"),
        Placeholder("shopUrl", Kind.LINK),
        Placeholder("shopSignature", Kind.LINES),
        Placeholder("deliveryDetails", Kind.LINES, _only("shipped")),
        Placeholder("carrierName", messages=_PARCEL),
        Placeholder("deliveryService", messages=_only("shipped")),
        Placeholder("trackingNumber", messages=_PARCEL),
        Placeholder("trackingUrl", Kind.LINK, _PARCEL),
        Placeholder("requestedDelivery", messages=_only("shipped")),
        Placeholder("deliveryAttempt", Kind.LINES, _only("delivery_attempted")),
        Placeholder("orderCancellation", Kind.LINES, _only("order_canceled")),
        Placeholder("receiptNumber", messages=_only("receipt_file", "receipts_ready", "return_invoice")),
        Placeholder("paymentTrouble", Kind.LINES, _only("payment_failed")),
        Placeholder("deliveryPlan", Kind.LINES, _only("order_generated")),
        Placeholder("upcomingDelivery", Kind.LINES, _only("upcoming_delivery")),
        Placeholder("subscriptionChange", Kind.LINES, _only("subscription_changed")),
        Placeholder("subscriptionCancellation", Kind.LINES, _only("subscription_canceled")),
        Placeholder("changeName", messages=_only("subscription_changed")),
        Placeholder("changeNumber", messages=_only(*_CHANGES)),
        Placeholder("cardName", messages=_only("card_expiring", "card_expired")),
        Placeholder("cardExpires", messages=_only("card_expiring", "card_expired")),
        Placeholder("subscriptionNumbers", messages=_only(*_OF_SUBSCRIPTIONS)),
        Placeholder("orderLinks", Kind.LINES, _only("order_link")),
        Placeholder("requestReceived", Kind.LINES, _only("request_received")),
        Placeholder("requestAnswer", Kind.LINES, _only("request_answered")),
        Placeholder("requestQuoted", Kind.QUOTE, _only("request_answered")),
        Placeholder("loginCode", messages=_only("login_code"), is_secret=True),
        *(Placeholder(name, is_tag=True) for name in _MEMBER),
        *(Placeholder(name, is_tag=True, has_data=False) for name in _NOT_KEPT),
    )
}
"""All placeholders, in the order in which staff see them."""
NEEDED: Mapping[str, str] = {
    "order_received": "myPageUrl",
    "order_link": "orderLinks",
    "order_canceled": "orderCode",
    "shipped": "myPageUrl",
    "delivery_attempted": "deliveryAttempt",
    "receipts_ready": "myPageUrl",
    "subscription_changed": "subscriptionChange",
    "subscription_canceled": "subscriptionCancellation",
    "payment_failed": "myPageUrl",
    "request_answered": "requestAnswer",
    "login_code": "loginCode",
}
"""Placeholder that the body of each message cannot do without."""

_BY_TAG = {_tag_of(name): name for name in PLACEHOLDERS}
_BY_FOLDED = {name.casefold(): name for name in PLACEHOLDERS}

# Typed with a Japanese keyboard, the signs may be full-width.
_MARK = r"[#＃]{2}"
_LOOKS = re.compile(
    rf"{_MARK}[ \t　]*block[ \t　]*[(（](?P<block>[^()（）#＃\n]*)[)）][ \t　]*{_MARK}"
    rf"|(?P<broken>{_MARK}[ \t　]*block\b(?:[^\n#＃]*{_MARK}|[^\n#＃]*?[)）]|[ \t　(（]*\w*))"
    rf"|{_MARK}[ \t　]*(?P<bare>\w+)[ \t　]*{_MARK}"
    r"|[\[［](?P<tag>[^\[\]［］#＃\n]{1,60})[\]］]"
    r"|[\[［【](?P<open>[A-Z]+(?:_[A-Z]+)+)(?![A-Z_\]］])[】]?",
    re.IGNORECASE,
)
_TAG = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
_LIKENESS = 0.75


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    written: str
    name: str
    """Name of the placeholder, empty if it only looks like one."""
    meant: str = ""
    """Name of the nearest placeholder, if it only looks like one."""


def find(text: str) -> Iterator[Found]:
    """Yield everything that is or looks like a placeholder, in order."""
    for match in _LOOKS.finditer(text):
        found = _read(match)
        if found is not None:
            yield found


def _read(match: re.Match[str]) -> Found | None:
    name = meant = ""
    if match["block"] is not None:
        typed = _plain(match["block"])
        name = typed if typed in PLACEHOLDERS else ""
        meant = "" if name else _nearest(typed)
    elif match["tag"] is not None:
        typed = _plain(match["tag"])
        name = _BY_TAG.get(typed, "")
        if not name:
            meant = _nearest_tag(typed)
            if not meant and not _TAG.fullmatch(typed):
                return None
    elif match["open"] is not None:
        meant = _BY_TAG.get(match["open"].upper(), "")
        if not meant:
            return None
    elif match["bare"] is not None:
        meant = _BY_FOLDED.get(_plain(match["bare"]).casefold(), "")
        if not meant:
            return None
    else:
        inside = re.search(r"block\W*(\w*)", _plain(match["broken"]), re.IGNORECASE)
        meant = _nearest(inside[1]) if inside else ""
    return Found(match.start(), match.end(), match[0], name, meant)


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()


def _nearest(typed: str) -> str:
    known = [*_BY_FOLDED, *(tag.casefold() for tag in _BY_TAG)]
    near = get_close_matches(typed.casefold(), known, n=1, cutoff=_LIKENESS)
    return (_BY_FOLDED.get(near[0]) or _BY_TAG[near[0].upper()]) if near else ""


def _nearest_tag(typed: str) -> str:
    """Return the nearest placeholder to a tag in Latin letters; anything else is text, such as [お知らせ]."""
    if not typed.isascii():
        return ""
    near = get_close_matches(re.sub(r"[\s-]+", "_", typed).upper(), _BY_TAG, n=1, cutoff=_LIKENESS)
    return _BY_TAG[near[0]] if near else ""


# --- filling -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Piece:
    text: str
    kind: Kind | None = None
    """Kind of the placeholder, None for the shop's own words."""


class UnknownPlaceholderError(LookupError):
    """A stored text has a placeholder that no longer exists."""


def fill(text: str, value: Callable[[str], str], *, strict: bool = True) -> list[Piece]:
    """Cut the text into the shop's words and the values; only for placeholders in the text is `value(name)` called.

    Raise UnknownPlaceholderError for what only looks like one; if not `strict`, leave it as it was typed.
    """
    pieces: list[Piece] = []
    at = 0
    for found in find(text):
        if not found.name and strict:
            raise UnknownPlaceholderError(found.written)
        if not found.name:
            continue
        kind = PLACEHOLDERS[found.name].kind
        said = value(found.name)
        pieces += [
            Piece(text[at : found.start]),
            Piece(said if kind in (Kind.LINES, Kind.QUOTE) else one_line(said), kind),
        ]
        at = found.end
    return [piece for piece in (*pieces, Piece(text[at:])) if piece.text]


def joined(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def one_line(text: str) -> str:
    """Turn white space and control characters into single spaces, so that no line break can start a header or line."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()
