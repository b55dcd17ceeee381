"""Whether a typed name is the name of an order's buyer, as they would write it themselves.

Rule by rule in tests/values/more_names.jsonl. A weak secret, so every doubt is a no; but what a buyer may well write in
place of their name (another script, an old kanji, no 株式会社) is the name.
"""

from portal.values.names import letters, readings, titles
from portal.values.names.writings import Order, Typed

LONGEST = 100
"""Characters. Longer texts match nothing, not even an equal name: no cart lets a name be so long."""


def matches(typed: str, order_name: str, order_kana: str | None, *, derive_reading: bool = True) -> bool:
    """Never raises. `derive_reading`: an order without kana is also opened by the reading of its kanji."""
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
    """Loads the dictionary of readings; call it once before the workers are forked, so that they share it."""
    readings.dictionary()


def is_company(name: str) -> bool:
    """Whether a legal form stands at it (株式会社, Co., Ltd. …): such a buyer is addressed with 御中."""
    return bool(titles.parse(letters.fold(name)).forms)
