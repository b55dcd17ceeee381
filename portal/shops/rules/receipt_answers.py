"""What a shop answers itself to whether buyers may issue the receipt of a payment, and what they read if not."""

from collections.abc import Iterable, Mapping, Sequence

from portal.payments.rules.methods import PaymentClass
from portal.receipts.rules.givers import CLASS, LONGEST_SENTENCE, NEVER, NO, PRODUCT, PRODUCTS, WORDS, YES
from portal.shops.rules import checks
from portal.shops.rules.problems import Problem
from portal.values.inkless import clean

KEYS = frozenset({CLASS + one for one in PaymentClass} | {PRODUCT + product.code for product in PRODUCTS})
_NEVER = frozenset(CLASS + one for one in NEVER)
_sentence = checks.text(LONGEST_SENTENCE)


def tidy_answers(value: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Leave out the answers that say nothing."""
    tidy = {key: [may, clean(sentence)] for key, (may, sentence) in value.items()}
    return {key: said for key, said in tidy.items() if any(said)}


def answers_problems(value: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, Problem | None]]:
    for key, (may, sentence) in value.items():
        if may not in (YES, NO, "") or not (key in KEYS or key.startswith(WORDS)):
            yield key, Problem.CHOICE
        elif may == YES and key in _NEVER:
            yield key, Problem.NEVER_ISSUED
        else:
            yield key, _sentence(sentence, None)
