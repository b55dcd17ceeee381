"""支払方法のことば: the shop's own words for its payment methods, which decide who gives the receipt."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.payments.rules.methods import PaymentClass, classify, deciding_word, folded
from portal.shops.rules.problems import Problem

MOST_WORDS = 100
LONGEST_WORDS = 100
SHORTEST = 2
"""Fewest characters. Words are looked for anywhere in the order's, and one character is found nearly everywhere."""


@dataclass(frozen=True)
class Tried:
    payment_class: PaymentClass
    by: str | None
    """Word of the shop that decided, None if the built-in table did or nothing fits."""


def tried(words: str, own: Mapping[str, str]) -> Tried:
    """Return the class that an order with these words would get, and the shop's word that decides it."""
    return Tried(classify(words, own), deciding_word(words, own))


def words_problem(own: Mapping[str, str]) -> Problem | None:
    if len(own) > MOST_WORDS:
        return Problem.TOO_MANY
    if not set(own.values()) <= set(PaymentClass):
        return Problem.CHOICE
    if any(len(words) > LONGEST_WORDS for words in own):
        return Problem.TOO_LONG
    if any(len(folded(words)) < SHORTEST for words in own):
        return Problem.WORD_TOO_SHORT
    return Problem.WORD_TWICE if len({folded(words) for words in own}) < len(own) else None
