"""The shop's own words for carriers, which decide the link to a parcel's tracking page."""

from collections.abc import Mapping

from portal.shipments.rules.carrier_table import CARRIERS
from portal.shipments.rules.carriers import LONGEST_SERVICE, word_key
from portal.shops.rules.problems import Problem

MOST_WORDS = 100


def carrier_words_problem(own: Mapping[str, str]) -> Problem | None:
    if len(own) > MOST_WORDS:
        return Problem.TOO_MANY
    if not set(own.values()) <= {carrier.code for carrier in CARRIERS}:
        return Problem.CHOICE
    if any(len(words) > LONGEST_SERVICE for words in own):
        return Problem.TOO_LONG
    if not all(map(word_key, own)):
        return Problem.EMPTY
    return Problem.WORD_TWICE if len({word_key(words) for words in own}) < len(own) else None
