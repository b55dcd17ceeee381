"""A number for each prefecture, and one for all others: days on the way, yen of shipping."""

from collections.abc import Mapping
from typing import Any

from wtforms import Form

from portal.values.prefectures import PREFECTURES
from portal.web.fields import NumberField

FIELD_OF = {name: f"p{number:02}" for number, name in enumerate(("", *PREFECTURES))}
"""p00: all others."""
PrefecturesTable = type("PrefecturesTable", (Form,), {field: NumberField(name) for name, field in FIELD_OF.items()})


def by_field(table: Mapping[str, int]) -> dict[str, int]:
    """Prefecture → number, for the form."""
    return {FIELD_OF[name]: number for name, number in table.items() if name in FIELD_OF}


def by_prefecture(table: Any) -> dict[str, int | None]:
    """As typed; None: left empty."""
    return {name: table[field].data for name, field in FIELD_OF.items()}
