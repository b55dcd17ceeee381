"""Reading of what rows say about parcels; order files and shipping results have the same columns for it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from portal.importing.reading import cells
from portal.importing.reading.reader import fold
from portal.importing.reading.rows import ParsedRow, Reading, different
from portal.models import Shipment
from portal.models.base import room
from portal.shipments.parcels import Said, carrier_facts
from portal.shipments.rules.number_cells import UnreadableNumberError, tracking_numbers

Key = tuple[str, str]
"""(number in the other system, tracking number); either may be empty."""
Facts = dict[str, tuple[int, str]]
"""Field → (line, text)."""
FIELDS = ("carrier", "service", "shipped_on", "requested_on", "requested_slot")

READERS: Mapping[str, Callable[[str], Any]] = {
    "shipped_on": cells.day,
    "requested_on": cells.wished_day,
    "requested_slot": partial(cells.wished_slot, longest=room(Shipment, "requested_slot")),
}
_EXTERNAL = partial(cells.digits, longest=room(Shipment, "external_number"))


def keys_of(reading: Reading, row: ParsedRow) -> list[Key]:
    """Return a key for each tracking number in the cell or, without one, a key with the other system's number alone."""
    external = reading.value(row, "external_number", _EXTERNAL) or ""
    numbers = reading.value(row, "tracking_number", _numbers) or []
    return [(external, number) for number in numbers] or [(external, "")]


def read_parcels(reading: Reading) -> tuple[Said, ...]:
    """Read an order's parcels. A row without a tracking number speaks of the first parcel that it can mean."""
    groups: dict[Key, Facts] = {}
    for row in reading.rows:
        for key in keys_of(reading, row):
            gather(reading, row, groups.setdefault(key, {}))
    for external, number in list(groups):
        meant = next((key for key in groups if key[1] and external in ("", key[0])), None)
        if not number and meant:
            for field, said in groups.pop((external, number)).items():
                groups[meant].setdefault(field, said)
    return tuple(said_of(reading, key, facts) for key, facts in groups.items() if facts or any(key))


def gather(reading: Reading, row: ParsedRow, facts: Facts) -> None:
    """Add what this row says; what contradicts an earlier row of the same parcel is a problem."""
    for field in FIELDS:
        text = row.texts.get(field, "")
        if not text:
            continue
        line, known = facts.setdefault(field, (row.line, text))
        if text != known and field not in reading.bound.mapping.first:
            reading.refuse(row.line, field, different(line))


def said_of(reading: Reading, key: Key, facts: Facts, **more: Any) -> Said:
    """Return what the rows say of a parcel; `more` is what only shipping results say."""
    values: dict[str, Any] = {
        field: reading.converted(*facts[field][:1], field, facts[field][1], read)
        for field, read in READERS.items()
        if field in facts
    }
    carrier, service = _carrier(reading, facts)
    return Said(external_number=key[0], tracking_number=key[1], carrier=carrier, service=service, **(values | more))


def _carrier(reading: Reading, facts: Facts) -> tuple[str | None, str | None]:
    words = [facts[field][1] for field in ("carrier", "service") if field in facts]
    if not words:
        return None, None
    codes = reading.bound.mapping.words.get("service", {})
    if "service" in facts:
        # A code of the carrier's software; a code that is not in the mapping says nothing.
        words[-1] = codes.get(fold(words[-1]), "")
    carrier, service = carrier_facts(" ".join(filter(None, words)), reading.bound.carriers)
    return carrier, service or None


def _numbers(text: str) -> list[str]:
    try:
        numbers = tracking_numbers(cells.digits(text.replace("\n", ","), 1_000))
    except UnreadableNumberError:
        raise cells.CellError(
            "どこからどこまでが1つの送り状番号か分かりません。番号だけを入れ、いくつもあるときは「,」で区切ってください。"
        ) from None
    for number in numbers:
        if len(number) > room(Shipment, "tracking_number"):
            raise cells.CellError("送り状番号が長すぎます。")
    return numbers
