"""The shop's own words: for payment methods, which decide who gives the receipt, and for payment states."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.payments.rules.methods import PaymentClass, classify, deciding_word, folded
from portal.payments.rules.payment_states import PaymentState
from portal.shops.rules.problems import Problem

TEACHABLE = frozenset(PaymentState) - {PaymentState.UNREAD, PaymentState.UNKNOWN}
"""States that a shop may give a meaning to its words with."""
MOST_WORDS = 100
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Tried:
    payment_class: PaymentClass
    by: str | None
    """Word of the shop that decided, None if the built-in table did or nothing fits."""


def tried(words: str, own: Mapping[str, str]) -> Tried:
    """Return the class that an order with these words would get, and the shop's word that decides it."""
    return Tried(classify(words, own), deciding_word(words, own))


def words_problem(own: Mapping[str, str], meanings: Collection[str] = frozenset(PaymentClass)) -> Problem | None:
    if len(own) > MOST_WORDS:
        return Problem.TOO_MANY
    if not set(own.values()) <= set(meanings):
        return Problem.CHOICE
    if any(len(words) > LONGEST_WORDS for words in own):
        return Problem.TOO_LONG
    if not all(map(folded, own)):
        return Problem.EMPTY
    return Problem.WORD_TWICE if len({folded(words) for words in own}) < len(own) else None
