"""The languages that the product speaks: one row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

N_ = str
"""Marks a text to be collected for translation; whoever shows it translates it."""


def _english_ordinal(number: int) -> str:
    few = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return few.get(number, f"{number}{ending}")


@dataclass(frozen=True)
class Language:
    """A language of the buyer's pages, mails and papers. The patterns are those of CLDR."""

    code: str
    name: str
    """Name in the language itself, as the switch shows it."""
    for_staff: str
    """Name on the staff's side."""
    proviso: str
    """What receipts are for, unless the shop says it in words of its own."""
    day: str
    long_day: str
    year_month: str
    gap: str
    """What stands between two sentences."""
    moment: str
    """Day and time of day, with places for `day`, `hour` and `minute`."""
    ordinal: Callable[[int], str]
    """Position in a row: second; just the number where the words around it say so."""


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language(
            code="ja",
            name="日本語",
            for_staff=N_("日本語"),
            proviso="お品代として",
            day="M月d日(E)",
            long_day="y年M月d日(E)",
            year_month="y年M月",
            gap="",
            moment="{day} {hour}:{minute:02}",
            ordinal=str,
        ),
        Language(
            code="en",
            name="English",
            for_staff=N_("英語"),
            proviso="goods purchased",
            day="EEE d MMM",
            long_day="EEE d MMM y",
            year_month="MMMM y",
            gap=" ",
            moment="{day}, {hour}:{minute:02}",
            ordinal=_english_ordinal,
        ),
    )
}
"""Languages by code; the first one is spoken where no other is asked for."""
DEFAULT = next(iter(LANGUAGES))
OTHERS = tuple(language for language in LANGUAGES.values() if language.code != DEFAULT)
"""Languages that a shop may offer besides the one that is always there."""
