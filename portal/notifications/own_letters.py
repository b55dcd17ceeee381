"""Mails from a shop's own text: filled in, and once more as HTML with links that can be clicked."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from portal.models import Shop
from portal.notifications import letters
from portal.notifications.letters import Letter
from portal.notifications.rules.placeholders import Kind, Piece, fill, joined, one_line
from portal.notifications.rules.texts import MAX_BODY, MAX_SUBJECT, Text, problems

# Only characters of a URL: Japanese text often follows without a space.
_URL = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII | re.IGNORECASE)
_AFTER_A_URL = ".,;:!?'\")]*"
_LINK = Markup('<a class="text-link" href="{0}" style="color:#1d1b18">{0}</a>')


class UnfillableError(Exception):
    """The stored text is not (or no longer) one that could be saved."""


def write(text: Text, message: str, language: str, shop: Shop, value: Callable[[str], str]) -> Letter:
    """Write the mail from the shop's text; raise UnfillableError that names what is wrong.

    `value`: gives a placeholder's value, as `fillings.Fillings` does.
    """
    for problem in problems(text, message):
        raise UnfillableError(problem.written or problem.mistake)
    return draft(text, language, shop, value)


def draft(text: Text, language: str, shop: Shop, value: Callable[[str], str]) -> Letter:
    """Write the mail even from a text that cannot be saved yet.

    Unknown placeholders stay as they were typed, and a text that is too long is cut.
    """
    body = fill(text.body[:MAX_BODY], value, strict=False)
    plain = joined(body).strip("\n")
    return Letter(
        subject=one_line(joined(fill(text.subject[:MAX_SUBJECT], value, strict=False))),
        text=plain + "\n",
        html=letters.write_frame(_html(body), language, shop),
    )


def _html(pieces: list[Piece]) -> Markup:
    """Escape the text and make links of URLs.

    A link begins in the shop's own words or in a placeholder for links, never in what a buyer typed.
    """
    kinds: list[Kind | None] = [piece.kind for piece in pieces for _sign in piece.text]
    ends = _ends(pieces)
    text = joined(pieces)
    made: list[Markup] = []
    at = 0
    while (match := _URL.search(text, at)) is not None:
        start = match.start()
        end = _end_of_link(text, start, match.end(), kinds, ends)
        is_link = kinds[start] not in (Kind.WORD, Kind.QUOTE)
        made += [_lines(text[at:start]), _LINK.format(text[start:end]) if is_link else _lines(text[start:end])]
        at = end
    return Markup("").join([*made, _lines(text[at:])])


def _end_of_link(text: str, start: int, end: int, kinds: list[Kind | None], ends: list[int]) -> int:
    """Find the end of a link: a shop's own URL may take in a filled-in word (…?order=A-10234), but no value runs on."""
    if kinds[start] is Kind.LINK:
        return ends[start]
    if kinds[start] is None:
        end = next((at for at in range(start, end) if kinds[at] not in (None, Kind.WORD)), end)
    else:
        end = min(end, ends[start])
    while text[end - 1] in _AFTER_A_URL and end > start + 1:
        end -= 1
    return end


def _ends(pieces: list[Piece]) -> list[int]:
    """Return for each character of the text where its piece ends."""
    ends: list[int] = []
    for piece in pieces:
        ends += [len(ends) + len(piece.text)] * len(piece.text)
    return ends


def _lines(text: str) -> Markup:
    """Keep line breaks and runs of spaces (simple tables) as they were typed."""
    spaced = escape(text).replace("  ", Markup("&nbsp; "))
    return spaced.replace("\n", Markup("<br>\n"))
