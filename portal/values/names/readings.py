"""Readings of kanji out of pykakasi's dictionary.

The dictionary is read directly, by pykakasi's own rule (longest word first, its first reading). pykakasi's converter
drops kanji that it does not know, fails on a variation selector at the end, and caches its results, which would make a
second attempt for an order faster than the first.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

from portal.values.names.letters import enlarge, fold_kana, fold_variants, is_kana, is_kanji

_LONGEST_WORD = 8
_LONGEST_NAME = 40
"""Longest name in characters with derived readings; nobody types the reading of a company with its departments."""


@cache
def dictionary() -> Any:
    """Return pykakasi's dictionary. The first call loads it: about a second and 120 MB."""
    from pykakasi.kanji import Kanwa  # noqa: PLC0415 - commands and workers that compare no name need not load it

    return Kanwa()  # type: ignore[no-untyped-call]  # pykakasi has no types


def derived(name: str, *, words_read_freely: int) -> tuple[str, ...]:
    """Return readings of a name in kanji and kana, or () unless the dictionary covers every kanji.

    In a name of at most `words_read_freely` dictionary words, each word takes all of its readings (平野: ヘイヤ and
    ヒラノ); in a longer one only its first.
    """
    readings: list[str] = []
    for spelling in dict.fromkeys((name, fold_variants(name))):
        found = _longest_words(spelling)
        if len(found) > words_read_freely:
            found = [word[:1] for word in found]
        readings += ("".join(choice) for choice in product(*found) if choice)
    return tuple(dict.fromkeys(readings))


def reads(name: str, kana: str, *, large_only: bool) -> bool:
    """Tell whether the dictionary's words allow this kana for the name. `large_only`: the kana has キヨ for キョ."""
    reached: list[set[int]] = [set() for _ in range(len(name) + 1)]
    reached[0].add(0)
    for at in range(len(name)):
        for read in reached[at]:
            for length, reading in words(name, at, kana, read, large_only=large_only):
                reached[at + length].add(read + len(reading))
    return len(kana) in reached[-1]


def words(name: str, at: int, kana: str, read: int, *, large_only: bool) -> Iterator[tuple[int, str]]:
    """Yield (length, reading) of the words at `at` of the name that may be read as the kana from `read` on."""
    for length, found in _words(name, at):
        for reading in found:
            one = enlarge(reading) if large_only else reading
            if kana.startswith(one, read):
                yield length, one


def longest_word(name: str) -> str:
    """Return the longest word at the start of the name, most likely the family name; the whole name if none."""
    length, _ = max(_words(name, 0), default=(len(name), ()))
    return name[:length]


def _longest_words(name: str) -> list[tuple[str, ...]]:
    """Return the readings of the longest words that make up the name, or [] if the dictionary lacks one."""
    found = []
    at = 0
    while at < len(name) <= _LONGEST_NAME:
        length, readings = max(_words(name, at), default=(0, ()))
        if not readings:
            return []
        found.append(readings)
        at += length
    return found


def _words(name: str, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (length, all readings) of the words at `at`, shortest first. Kana is its own reading, ケ may be ガ."""
    if name[at] == "ケ" and 0 < at < len(name) - 1 and is_kanji(name[at - 1]) and is_kanji(name[at + 1]):
        yield 1, ("ガ", "カ", "ケ")
    elif is_kana(name[at]):
        yield 1, (name[at],)
    else:
        entries = dictionary().load(name[at]) or {}
        for length in range(1, min(_LONGEST_WORD, len(name) - at) + 1):
            found = entries.get(_as_in_dictionary(name[at : at + length]))
            if found:
                yield length, tuple(dict.fromkeys(fold_kana(reading) for reading, _ in found))


def _as_in_dictionary(word: str) -> str:
    """Write 佐佐木 as 佐々木 and 鶴ケ谷 as 鶴ヶ谷, as the dictionary does."""
    letters = list(word)
    for at in range(1, len(word)):
        if word[at] == word[at - 1] and letters[at - 1] != "々":
            letters[at] = "々"
        elif word[at] == "ケ":
            letters[at] = "ヶ"
    return "".join(letters)
