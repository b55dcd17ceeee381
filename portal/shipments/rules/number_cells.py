"""Reading of a cell with tracking numbers: one in groups, several, or one with a note beside it."""

import re
import unicodedata

from portal.shipments.rules.carriers import plain_number

_NOTE = re.compile(
    r"[(\[【〔].*?[)\]】〕]"
    r"|(?:他|ほか|外|計|全|合計)?(?<!\d)\d{1,3}(?:個口|個|口|箱|件|点|ケース|枚|梱包)(?:目|口)?"
)
_BRANCH = re.compile(r"(\d{12}|\d{4}-\d{4}-\d{4})-\d{1,2}")
"""Twelve digits and the number of a piece behind them."""
_NUMBERED = re.compile(r"^NO[.:]?(?=[\d-]{10,}$)")
_POINT_ZERO = re.compile(r"(\d+)\.0+")
_BETWEEN = re.compile(r"[,、;/\n\r\t|]+")
_HYPHENS = str.maketrans("‐‑‒–—―−ー", "--------")
_WHOLE = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}|\d{10,14}")
_INSIDE = re.compile(r"(?<![0-9A-Z-])(?:[A-Z]{2}\d{9}[A-Z]{2}|\d[\d-]{8,}\d)(?![0-9A-Z個口箱件点ケ枚梱-])")
"""Number among words; digits with a counter behind them (…2個口) might belong to the counter."""
_NUMBER = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")


class UnreadableNumberError(ValueError):
    """Nobody can tell which number, or how many, the cell holds."""


def tracking_numbers(cell: str) -> list[str]:
    """Return the numbers of a cell, each once, as `carriers.plain_number` writes them.

    「7100 0055 4336」 is one number, 「710000554336 710000554340」 are two; what a note says (2個口) and a spreadsheet's
    .0 are left out. Raise UnreadableNumberError rather than guess.
    """
    text = unicodedata.normalize("NFKC", cell).upper().translate(_HYPHENS)
    text = _NOTE.sub(" ", text)
    numbers = [number for piece in _BETWEEN.split(text) for number in _of_piece(piece.split())]
    return list(dict.fromkeys(numbers))


def _of_piece(groups: list[str]) -> list[str]:
    # Words such as なし or ヤマト運輸 beside a number are no number.
    groups = [bare for group in groups if (bare := _bare(group))]
    if len(groups) < 2:
        return groups
    joined = "".join(groups)
    if all(len(group) >= 10 for group in groups):
        return groups
    if _WHOLE.fullmatch(joined):
        return [joined]
    if all(len(group) == 4 and group.isdigit() for group in groups) and len(groups) % 3 == 0:
        return ["".join(groups[at : at + 3]) for at in range(0, len(groups), 3)]
    raise UnreadableNumberError


def _bare(group: str) -> str:
    group = _NUMBERED.sub("", group)
    if noted := _POINT_ZERO.fullmatch(group) or _BRANCH.fullmatch(group):
        group = noted[1]
    if _NUMBER.fullmatch(group):
        return plain_number(group)
    if not plain_number(group):
        return ""
    found = _INSIDE.findall(group)
    if len(found) == 1 and not re.search("[0-9A-Z]", group.replace(found[0], "")):
        return plain_number(found[0])
    raise UnreadableNumberError
