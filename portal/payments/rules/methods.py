"""Who gives the receipt for a payment, read from the words that carts and channels write for its method."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from portal.payments.rules import wordings
from portal.payments.rules.wordings import ISSUED_BY_SHOP, PaymentClass

__all__ = ["ISSUED_BY_SHOP", "NO_WORDS", "PaymentClass", "classify", "deciding_word", "folded"]

NO_WORDS = "(なし)"
"""The shop's word for an order that has no payment words at all, as all of Qoo10's."""
_HYPHENS = re.compile(r"[-‐‑‒–—―−ー]+(?=コレクト|イレブン)")
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]")
_WHOLE_WORD = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(wordings.WHOLE_WORDS)})(?![a-z0-9])")
_Classes = frozenset[PaymentClass]
_MEANS = frozenset({PaymentClass.CARD, PaymentClass.WALLET})


def classify(words: str, extra: Mapping[str, str] | None = None) -> PaymentClass:
    """Classify a payment method by its words; whatever is not certain is UNKNOWN.

    `extra`: the shop's own words → class. One of them decides if it is the whole text, be it blank (`NO_WORDS`).
    """
    own = deciding_word(words, extra or {})
    return PaymentClass(extra[own]) if extra and own is not None else _built_in(words)


def deciding_word(words: str, own: Mapping[str, str]) -> str | None:
    """Return the shop's own word for this method, as the shop wrote it, or None if the built-in table decides."""
    text = folded(words) or NO_WORDS
    return next((word for word in own if folded(word) == text), None)


def folded(words: str) -> str:
    """Fold words for comparison: NFKC, lower case, no spaces, one kind of hyphen."""
    return _HYPHENS.sub("-", _SPACES.sub("", _narrow(words)))


def _narrow(words: str) -> str:
    return unicodedata.normalize("NFKC", words).lower()


@lru_cache(maxsize=2048)
def _built_in(words: str) -> PaymentClass:
    if (text := folded(words)) in wordings.VALUES:
        return wordings.VALUES[text]
    if wordings.CHANGED.search(text):
        return PaymentClass.UNKNOWN
    text = _WHOLE_WORD.sub(lambda found: wordings.WHOLE_WORDS[found[0]], _narrow(words))
    for pattern, instead in wordings.CUT:
        text = pattern.sub(instead, text)
    outside, inside = _parts(text)
    for denial in wordings.DENIALS:
        outside, inside = denial.sub("", outside), [denial.sub("", part) for part in inside]
    return _weighed(
        _classes(wordings.DENIED_OUTSIDE.sub("", outside)),
        frozenset().union(*(_classes(wordings.DENIED_INSIDE.sub("", part)) for part in inside)),
    )


def _parts(text: str) -> tuple[str, list[str]]:
    """Split into what stands outside of all brackets, and what stands in each of them."""
    inside: list[str] = []
    while found := wordings.BRACKETS.search(text):
        inside.append(found[1])
        text = text[: found.start()] + text[found.end() :]
    return text, inside


def _weighed(outside: _Classes, inside: _Classes) -> PaymentClass:
    """Let what stands outside of the brackets decide; a bracket decides if the outside names nothing.

    Exceptions: what is paid later is no receipt of the till or of the bank, and a card or wallet that is used at the
    door is collected there.
    """
    if not outside:
        return _joined(inside)
    decided = _joined(outside)
    if PaymentClass.DEFERRED in inside:
        if decided is PaymentClass.CONVENIENCE:
            return PaymentClass.DEFERRED
        if decided in ISSUED_BY_SHOP:
            return PaymentClass.UNKNOWN
    if decided in _MEANS and PaymentClass.COD in inside:
        return PaymentClass.COD
    both = outside | inside
    return PaymentClass.SEVERAL if decided in ISSUED_BY_SHOP and len(both) > 1 and both <= ISSUED_BY_SHOP else decided


def _joined(classes: _Classes) -> PaymentClass:
    if len(classes) == 1:
        return next(iter(classes))
    return PaymentClass.SEVERAL if classes and classes <= ISSUED_BY_SHOP else PaymentClass.UNKNOWN


def _classes(text: str) -> _Classes:
    """Return the classes that the methods in a text name, which stand side by side."""
    methods = [folded(part) for part in wordings.SEPARATORS.split(text)]
    named = [(method, _class_of(method)) for method in methods]
    found = frozenset(one for _method, one in named if one)
    if found == {PaymentClass.DEFERRED, PaymentClass.CONVENIENCE} and not _stands_alone(
        method for method, one in named if one is PaymentClass.CONVENIENCE
    ):
        # コンビニ・郵便局 後払い: the places where one method is paid.
        return frozenset({PaymentClass.DEFERRED})
    return found


def _stands_alone(stores: Iterable[str]) -> bool:
    return any(wordings.CONVENIENCE_ALONE.search(store) for store in stores)


def _class_of(method: str) -> PaymentClass | None:
    """Return the class of a single method, or None if it names none. A way of collecting beats the means used there."""
    has_bank = bool(wordings.BANK.search(method))
    at_door = bool(wordings.COD.search(method))
    at_store = bool(wordings.CONVENIENCE.search(method))
    by_company = bool(wordings.DEFERRED_COMPANIES.search(method))
    if by_company or wordings.DEFERRED.search(method):
        is_certain = by_company or not (has_bank or wordings.ON_ACCOUNT.search(method))
        return PaymentClass.DEFERRED if is_certain and not at_door else PaymentClass.UNKNOWN
    if at_door:
        is_certain = not (has_bank or at_store or ("受取時" in method and wordings.UNCLEAR.search(method)))
        return PaymentClass.COD if is_certain else PaymentClass.UNKNOWN
    if wordings.UNCLEAR.search(method):
        return PaymentClass.UNKNOWN
    has_wallet, has_card = bool(wordings.WALLET.search(method)), bool(wordings.CARD.search(method))
    if at_store:
        return PaymentClass.UNKNOWN if has_bank or has_wallet or has_card else PaymentClass.CONVENIENCE
    has_shop = has_bank or bool(wordings.CASH.search(method))
    if has_wallet + has_card + has_shop > 1:
        return PaymentClass.SEVERAL
    if has_card:
        return PaymentClass.CARD
    if has_wallet:
        return PaymentClass.WALLET
    return PaymentClass.SHOP if has_shop else None
