"""The shop's own words for carriers, which decide the link to a parcel's page, and for the states of orders."""

from collections.abc import Callable, Collection, Mapping

from portal.orders.rules import state_words
from portal.shipments.rules import carriers
from portal.shipments.rules.carrier_table import CARRIERS
from portal.shops.rules.problems import Problem
from portal.values.states import OrderStatus

MOST_WORDS = 100
LONGEST_WORDS = 40
"""Most characters that a parcel or an order keeps of words that are not understood."""
CARRIER_CODES = frozenset(carrier.code for carrier in CARRIERS)
STATES = frozenset(OrderStatus) | {state_words.SAYS_NOTHING}


def carrier_words_problem(own: Mapping[str, str]) -> Problem | None:
    return _problem(own, CARRIER_CODES, carriers.word_key)


def status_words_problem(own: Mapping[str, str]) -> Problem | None:
    return _problem(own, STATES, state_words.word_key)


def _problem(own: Mapping[str, str], meanings: Collection[str], key: Callable[[str], str]) -> Problem | None:
    if len(own) > MOST_WORDS:
        return Problem.TOO_MANY
    if not set(own.values()) <= set(meanings):
        return Problem.CHOICE
    if any(len(words) > LONGEST_WORDS for words in own):
        return Problem.TOO_LONG
    if not all(map(key, own)):
        return Problem.EMPTY
    return Problem.WORD_TWICE if len({key(words) for words in own}) < len(own) else None
