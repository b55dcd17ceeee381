"""Parts that the documents share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict, TypeAdapter

Means = Literal["points", "mall_coupon", "both"]
"""What paid a part of the sum in the buyer's place."""


class Strict:
    """Base of what is read back from JSON: an unknown field or a wrong type is refused."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True)
class Issuer(Strict):
    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    registration_number: str = ""
    """T and 13 digits, empty if the document may not carry one; then nothing is printed in its place."""
    logo: str | None = None
    """Key of the picture in the document store, where it is written once. The same holds for `seal`."""
    seal: str | None = None


@dataclass(frozen=True)
class Party(Strict):
    """A person or company with address. The caller masks it if the reader has not proved enough."""

    name: str
    postcode: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True)
class Cycle(Strict):
    """Place of an order in its subscription, and the next delivery."""

    subscription_number: str
    number: int | None = None
    next_delivery_on: date | None = None


@dataclass(frozen=True)
class DocumentLine(Strict):
    """A product, or a charge or discount without a quantity. Yen, tax included; a discount is negative."""

    name: str
    quantity: int | None = None
    unit_price: int | None = None
    amount: int | None = None
    reduced: bool = False
    rate: int | None = None
    """Percent."""


@dataclass(frozen=True)
class RateTotal(Strict):
    rate: int
    """Percent."""
    reduced: bool
    total: int
    """Yen, tax included."""
    tax: int | None = None
    """Yen, None on a part of a split receipt: allocated tax would contradict the part's own figure."""
    untaxed: tuple[str, ...] = ()
    """Reasons of the rate 0 (`OrderLine.untaxed`)."""


_CODECS: dict[type, TypeAdapter[Any]] = {}


def _codec(kind: type) -> TypeAdapter[Any]:
    """Return the validator of the class, compiled once and kept."""
    if kind not in _CODECS:
        _CODECS[kind] = TypeAdapter(kind)
    return _CODECS[kind]


class Stored(Strict):
    """A document that converts to JSON-safe data and back.

    Fields may be added with a default without a new `SCHEMA`; any other change needs one.
    """

    SCHEMA: ClassVar[int] = 1

    def to_dict(self) -> dict[str, Any]:
        return {"schema": self.SCHEMA, **_codec(type(self)).dump_python(self, mode="json")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote. Raise ValueError for another schema, an unknown field or a wrong type."""
        fields = dict(data)
        if fields.pop("schema", None) != cls.SCHEMA:
            raise ValueError(f"{cls.__name__}: schema {data.get('schema')!r} is not {cls.SCHEMA}")
        document: Self = _codec(cls).validate_json(json.dumps(fields))
        return document
