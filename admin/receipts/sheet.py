"""The sheet on which staff write the parts, as typed, and what its buttons do to it. Texts in, texts out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from portal.receipts.rules.splitting import MOST_PARTS, equal_parts

PART = re.compile(r"parts-([0-9]{1,3})-([a-z_]+)")
ASSIGNED = re.compile(r"assigned-([0-9]{1,4})")
Row = Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    rows: tuple[Row, ...]
    """Texts by field of `form.PartForm`, a row for each part."""
    assigned: tuple[str, ...]
    """Number of the part, from 1, that each item of the order belongs to; empty for none."""
    rest: Mapping[str, str]
    """Fields that stand once on the sheet."""

    def as_form(self) -> MultiDict[str, str]:
        fields = MultiDict(self.rest)
        for at, row in enumerate(self.rows):
            fields.update({f"parts-{at}-{name}": text for name, text in row.items()})
        fields.update({f"assigned-{at}": text for at, text in enumerate(self.assigned)})
        return fields


def read_sheet(form: Mapping[str, str]) -> Sheet:
    rows: dict[int, dict[str, str]] = {}
    assigned: dict[int, str] = {}
    rest = {}
    for name, text in form.items():
        if found := PART.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = text
        elif found := ASSIGNED.fullmatch(name):
            assigned[int(found[1])] = text
        else:
            rest[name] = text
    # A sheet has at least one part, even if none was sent.
    ordered = tuple(rows[at] for at in sorted(rows))[:MOST_PARTS] or ({},)
    return Sheet(ordered, tuple(assigned[at] for at in sorted(assigned)), rest)


def add_part(sheet: Sheet, left: int) -> Sheet:
    """Add a part for somebody else, with the amount (yen) that is left."""
    if len(sheet.rows) >= MOST_PARTS:
        return sheet
    new = {**sheet.rows[-1], "addressee": "", "note": "", "amount": str(left) if left > 0 else ""}
    return replace(sheet, rows=(*sheet.rows, new))


def rest_to_last(sheet: Sheet, left: int) -> Sheet:
    """Give the last part what the others leave (yen); it stays as it is where they leave nothing."""
    if left < 1:
        return sheet
    return replace(sheet, rows=(*sheet.rows[:-1], {**sheet.rows[-1], "amount": str(left)}))


def remove_part(sheet: Sheet, at: int) -> Sheet:
    if len(sheet.rows) == 1 or at >= len(sheet.rows):
        return sheet
    rows = sheet.rows[:at] + sheet.rows[at + 1 :]
    return replace(sheet, rows=rows, assigned=tuple(_without(text, at + 1) for text in sheet.assigned))


def _without(text: str, gone: int) -> str:
    number = part_number(text)
    if number is None or number < gone:
        return text
    return "" if number == gone else str(number - 1)


def blank_addressee(sheet: Sheet, at: int) -> Sheet:
    """Empty the addressee of a part, for a name to be written by hand before 様; 御中 becomes 様."""
    if at >= len(sheet.rows):
        return sheet
    row = sheet.rows[at]
    honorific = "様" if row.get("honorific") == "御中" else row.get("honorific", "")
    return replace(sheet, rows=_with(sheet.rows, at, {**row, "addressee": "", "honorific": honorific}))


def in_equal_parts(sheet: Sheet, amount: int, count: int) -> Sheet:
    """Divide an amount (yen) equally among `count` parts.

    The parts keep their texts; new ones begin with those of the first. Raise ValueError as `equal_parts` does, or for
    more parts than are allowed.
    """
    if count > MOST_PARTS:
        raise ValueError(f"{count} parts")
    rows = [*sheet.rows[:count], *[sheet.rows[0]] * (count - len(sheet.rows))]
    amounts = equal_parts(amount, count)
    parts = tuple({**row, "amount": str(share)} for row, share in zip(rows, amounts, strict=True))
    return replace(sheet, rows=parts, assigned=tuple("" for _ in sheet.assigned))


def by_lines(sheet: Sheet, faces: Sequence[int]) -> Sheet:
    """Make one part for each number written beside the items, in their order; `faces`: yen of each item."""
    numbers = [part_number(text) for text in sheet.assigned]
    used = sorted({number for number in numbers if number is not None})
    if not used:
        return sheet
    rows = [
        {**sheet.rows[min(number, len(sheet.rows)) - 1], "amount": str(sum(_of(number, numbers, faces)))}
        for number in used
    ]
    assigned = tuple("" if number is None else str(used.index(number) + 1) for number in numbers)
    return replace(sheet, rows=tuple(rows), assigned=assigned)


def items_of_part(assigned: Sequence[str], at: int) -> tuple[int, ...]:
    return tuple(item for item, text in enumerate(assigned) if part_number(text) == at + 1)


def part_number(text: str) -> int | None:
    """Return the number of a part, full-width digits too, or None if the text is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    number = int(plain) if re.fullmatch("[0-9]{1,2}", plain) else 0
    return number if 1 <= number <= MOST_PARTS else None


def _of(number: int, numbers: Sequence[int | None], faces: Sequence[int]) -> list[int]:
    # The order may have got other lines since the sheet was drawn: issuing finds out, laying out need not.
    return [face for own, face in zip(numbers, faces, strict=False) if own == number]


def _with(rows: tuple[Row, ...], at: int, row: Row) -> tuple[Row, ...]:
    return (*rows[:at], row, *rows[at + 1 :])
