"""Comparison of a typed name with the name of an order's buyer.

tests/values/more_names.jsonl lists the rules one by one. A name is a weak secret, so every doubt means no. But what a
buyer may well write instead (another script, an old kanji, no 株式会社) counts as the name.
"""

from portal.values.names import letters, readings, titles
from portal.values.names.writings import Order, Typed

LONGEST = 100
"""Longest name in characters. Longer text matches nothing, not even itself: no cart allows such a name."""


def matches(typed: str, order_name: str, order_kana: str | None, *, derive_reading: bool = True) -> bool:
    """Tell whether the typed name is the order's. Never raises.

    `derive_reading`: if the order has no kana, readings of its kanji out of the dictionary match too.
    """
    if len(typed) > LONGEST or len(order_name) > LONGEST:
        return False
    if order_kana is None or len(order_kana) > LONGEST:
        order_kana = ""
    name = titles.parse(titles.strip_courtesy(letters.fold(order_name)))
    kana = titles.parse(titles.strip_courtesy(letters.fold(order_kana)))
    if not name.parts:
        return False
    order = Order(name.parts, kana.parts, derive_reading=derive_reading)
    forms = name.forms | kana.forms
    folded = letters.fold(typed)
    for text in dict.fromkeys((folded, titles.strip_typed_courtesy(folded))):
        written = titles.parse(text)
        same_form = not written.forms or not forms or written.forms == forms
        if written.parts and same_form and order.is_written(Typed(written.parts)):
            return True
    return False


def warm() -> None:
    """Load the dictionary of readings. Call it once before workers are forked, so that they share its memory."""
    readings.dictionary()


def is_company(name: str) -> bool:
    """Tell whether the name holds a legal form (株式会社, Co., Ltd. …); such a buyer is addressed with 御中."""
    return bool(titles.parse(letters.fold(name)).forms)
