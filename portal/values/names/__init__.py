"""Comparison of a typed name with the name of an order's buyer.

tests/values/more_names.jsonl lists the rules one by one. A name is a weak secret, so every doubt means no. But what a
buyer may well write instead (another script, an old kanji, no 株式会社) counts as the name.
"""

import re
import unicodedata
from typing import Literal

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
    """Tell whether the name holds a legal form (株式会社, Co., Ltd. …); see `honorific_of`."""
    return bool(titles.parse(letters.fold(name)).forms)


_PERSON = re.compile(r"[々\u3041-\u309f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,6}")
_JAPANESE = re.compile(r"[々\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]")
_OF_COMPANIES = re.compile(
    ".*(?:[部課係室局店舗社所場院会校園館寺屋堂組団班科]|担当|窓口|御中|各位|商事|産業|工業|建設|物産|製作|本部)"
)
"""Ends of words that name a part of a company, or the company itself."""


def family_first(name: str) -> str:
    """Return a Japanese person's name of two parts with the parts exchanged; any other name as it is."""
    parts = name.split()
    if len(parts) != 2 or is_company(name) or not all(_JAPANESE.search(part) for part in parts):
        return name
    return f"{parts[1]} {parts[0]}"


def honorific_of(name: str) -> Literal["御中", "様"]:
    """Return 御中 for a company, and 様 for a person, also one who is named behind a company: 株式会社アクメ 山田花子."""
    if not is_company(name):
        return "様"
    words = unicodedata.normalize("NFKC", name).split()
    formed = [at for at, word in enumerate(words) if is_company(word)]
    bare = [at for at in formed if not titles.parse(letters.fold(words[at])).parts]
    # A legal form that stands alone belongs to the word behind it or, at the end, to the one before.
    of_company = {*formed, *(at + 1 if at + 1 < len(words) else at - 1 for at in bare)}
    others = (word for at, word in enumerate(words) if at not in of_company)
    is_named = any(_PERSON.fullmatch(word) and not _OF_COMPANIES.fullmatch(word) for word in others)
    return "様" if is_named else "御中"
