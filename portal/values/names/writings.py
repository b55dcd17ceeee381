"""Ways to write an order's name, and the check that a typed text is one of them from first letter to last."""

from collections.abc import Iterator
from typing import NamedTuple

from portal.values.names import romaji
from portal.values.names.letters import SMALL_KANA, enlarge, fold_variants, is_kana, is_kanji, is_latin, without_macrons
from portal.values.names.readings import derived, longest_word, reads, words

_MOST_PARTS = 8
"""Most parts of a typed name that are swapped; more are not family and given name, and trying them takes time."""


class Typed:
    """A typed name, in folded parts."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        self.parts = parts
        self.romaji = fold_variants("".join(parts))
        self.letters = without_macrons(self.romaji)
        """Text of `romaji` without macrons; of the same length, so that places in one are places in the other."""
        self.enlarged = enlarge(self.letters)
        self.is_mixed = any(map(is_kana, self.letters)) and any(map(is_kanji, self.letters))
        self.cuts = {len("".join(parts[:count])) for count in range(1, len(parts))}
        """Places in `letters` where a separator was typed."""

    def swapped(self) -> "Iterator[Typed]":
        """Yield the name with what follows a separator moved to the front, once per separator."""
        for cut in range(1, len(self.parts) if len(self.parts) <= _MOST_PARTS else 1):
            yield Typed(self.parts[cut:] + self.parts[:cut])


class Reading(NamedTuple):
    kana: str
    large_only: bool
    """Flag of a reading from a system without small kana: キヨ may stand for キョ, ツ for ッ."""


class Part(NamedTuple):
    """Part of a name or the whole, as written and as read; either may be missing."""

    name: str
    readings: tuple[Reading, ...]

    def ends(self, typed: Typed, start: int) -> set[int]:
        """Return the places where this part can end if it begins at `start` of what was typed."""
        found = set()
        if self.name and typed.letters.startswith(self.name, start):
            found.add(start + len(self.name))
        for reading in self.readings:
            typed_kana = typed.enlarged if reading.large_only else typed.letters
            if typed_kana.startswith(reading.kana, start):
                found.add(start + len(reading.kana))
            elif is_latin(typed.letters[start : start + 1]):
                found |= romaji.ends(typed.romaji, start, reading.kana, large_only=reading.large_only)
            elif typed.is_mixed and self.name:
                found |= self._mixed_ends(typed.letters, typed_kana, start, reading)
        return found

    def _mixed_ends(self, typed: str, typed_kana: str, start: int, reading: Reading) -> set[int]:
        """Return the ends if kanji and kana alternate (やま田): each dictionary word of the name is written in either."""
        found = set()
        todo = {(start, 0, 0)}
        while todo:
            place, written, read = todo.pop()
            if written == len(self.name):
                found |= {place} if read == len(reading.kana) else set()
                continue
            for length, kana in words(self.name, written, reading.kana, read, large_only=reading.large_only):
                end = (written + length, read + len(kana))
                if typed.startswith(self.name[written : end[0]], place):
                    todo.add((place + length, *end))
                if typed_kana.startswith(kana, place):
                    todo.add((place + len(kana), *end))
        return found


class Order:
    """Name of an order's buyer in all its writings. `name` and `kana` are folded parts; `kana` may be empty."""

    def __init__(self, name: tuple[str, ...], kana: tuple[str, ...], *, derive_reading: bool) -> None:
        names = tuple(fold_variants(without_macrons(part)) for part in name)
        self._is_latin = all(map(is_latin, names))
        self._wholes: list[Part] = []
        self._in_parts: list[tuple[Part, ...]] = []
        self._guessed_parts: list[tuple[Part, ...]] = []
        """Family and given name where the dictionary, not the order, says where one ends."""
        self._never_separated: list[Part] = []
        spoken = [parts for parts in (kana, name) if _is_reading_of(parts, names)]
        for parts in spoken:
            large_only = SMALL_KANA.isdisjoint("".join(parts))
            self._add(names, [(Reading(part, large_only),) for part in parts])
        if not spoken:
            # A name without a space is usually two dictionary words, family and given name.
            freely = 1 if len(name) > 1 else 2
            guesses = [derived(part, words_read_freely=freely) for part in name] if derive_reading else [()]
            readings = [tuple(Reading(guess, large_only=False) for guess in part) for part in guesses]
            self._add(names, readings if all(readings) else [])

    def _add(self, names: tuple[str, ...], readings: list[tuple[Reading, ...]]) -> None:
        """Add the writings of a name.

        `readings`: the possible ones of each part; the reading may be divided otherwise than the name.
        """
        name, joined = "".join(names), _joined(readings)
        self._wholes.append(Part(name, joined))
        self._never_separated.append(Part(name if len(names) == 1 else "", joined if len(readings) == 1 else ()))
        if len(names) == len(readings) > 1:
            self._in_parts.append(tuple(map(Part, names, readings)))
            return
        self._in_parts.append(tuple(Part(one, ()) for one in names))
        self._in_parts.append(tuple(Part("", reading) for reading in readings))
        if joined:
            separated = len(names) > 1 or len(readings) > 1
            (self._in_parts if separated else self._guessed_parts).extend(_paired(names, readings, joined[0]))

    def is_written(self, typed: Typed) -> bool:
        return (
            any(_covers((whole,), typed) for whole in self._wholes)
            or any(_covers(parts, typed) for parts in (*self._in_parts, *self._guessed_parts))
            or any(_covers_swapped(parts, typed, anywhere=self._is_latin or not typed.cuts) for parts in self._in_parts)
            or any(_covers_swapped(parts, typed, anywhere=self._is_latin) for parts in self._guessed_parts)
            or any(_covers((part,), turned) for turned in typed.swapped() for part in self._never_separated)
        )


def _is_reading_of(kana: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Tell whether `kana` reads the whole name. Kana columns also hold kanji, notes or the family name alone."""
    joined = "".join(kana)
    # Each kanji or kana of a name is read as at least one kana.
    if not is_kana(joined) or len(joined) < sum(is_kanji(char) or is_kana(char) for char in "".join(names)):
        return False
    family = names[0] if len(names) > 1 else longest_word(names[0])
    given = "".join(names).removeprefix(family)
    if len(kana) > 1 or not given:
        return True
    usual = [enlarge(reading) for reading in derived(family, words_read_freely=1)]
    if enlarge(joined) not in usual and enlarge(joined).startswith(tuple(usual)):
        return True
    large_only = SMALL_KANA.isdisjoint(joined)
    return not any(reads(part, joined, large_only=large_only) for part in (family, given))


def _joined(readings: list[tuple[Reading, ...]]) -> tuple[Reading, ...]:
    if len(readings) < 2:
        return readings[0] if readings else ()
    return (Reading("".join(one.kana for one, *_ in readings), readings[0][0].large_only),)


def _paired(names: tuple[str, ...], readings: list[tuple[Reading, ...]], whole: Reading) -> list[tuple[Part, Part]]:
    """Pair family and given name with their readings if the order divides only the name, only the reading, or neither.

    The dictionary must know the reading of one half; the other half gets the rest. Return [] if that is ambiguous.
    """
    name, (kana, large_only) = "".join(names), whole
    places = {len(readings[0][0].kana)} if len(readings) == 2 else set(range(1, len(kana)))
    if len(names) == 2:
        cut = len(names[0])
        known = {place for place in places if reads(names[0], kana[:place], large_only=large_only)}
    else:
        first_words = list(words(name, 0, kana, 0, large_only=large_only))
        cut = max((length for length, _ in first_words if length < len(name)), default=0)
        known = {len(reading) for length, reading in first_words if length == cut} & places
    if cut and (known or len(names) == 2):
        given = {place for place in places if reads(name[cut:], kana[place:], large_only=large_only)}
        known = (known & given) or (known | given)
    if len(known) != 1:
        return []
    place = known.pop()
    return [
        (
            Part(name[:cut], (Reading(kana[:place], large_only),)),
            Part(name[cut:], (Reading(kana[place:], large_only),)),
        )
    ]


def _covers(parts: tuple[Part, ...], typed: Typed, joint: int = 0) -> bool:
    """Tell whether the parts make up all that was typed, with a separator before part `joint` unless that is 0."""
    reached = {0}
    for number, part in enumerate(parts):
        if joint and number == joint:
            reached &= typed.cuts
        reached = {end for start in reached for end in part.ends(typed, start)}
    return len(typed.letters) in reached


def _covers_swapped(parts: tuple[Part, ...], typed: Typed, *, anywhere: bool) -> bool:
    """Tell whether the parts match in swapped order.

    A separator must stand between them unless `anywhere` is true, so that 田中 山 is not 山田 中. Parts that the order
    itself separates need none if none was typed (健太郎 佐々木, 佐々木健太郎), for neither is cut.
    """
    count = len(parts)
    return any(
        _covers(parts[cut:] + parts[:cut], typed, joint=0 if anywhere else count - cut) for cut in range(1, count)
    )
