"""Meaning of a shipment's words and numbers. The carrier comes from words, never from the digits of a number."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from portal.shipments.rules.carrier_table import CARRIERS, OTHER, Carrier, Service, TimeSlot

NOON = 12
LONGEST_SERVICE = 40
"""Most characters that a parcel keeps of words that name no carrier."""
_BY_CODE = {carrier.code: carrier for carrier in CARRIERS}
_SLOT = re.compile(r"(?<![0-9])([0-9]{1,2})(?::?00|時)?頃?(?:-|ー|から)([0-9]{1,2})(?![0-9])")
_SLOT_CODE = re.compile(r"([0-9]{2})([0-9]{2})")
_UNTIL = re.compile(r"([0-9]{1,2})時まで")


class Identified(NamedTuple):
    carrier: str
    """Code of the carrier."""
    service: str
    """Name of the service, empty if the words name the carrier alone."""


def carrier(code: str) -> Carrier:
    """Return the carrier with this code, or その他 for a code the table does not know."""
    return _BY_CODE.get(code, OTHER)


def service(carrier_code: str, name: str) -> Service | None:
    return next((known for known in carrier(carrier_code).services if known.name == name), None)


@lru_cache(maxsize=1024)
def identify(words: str) -> Identified | None:
    """Return the carrier and service that a 配送方法 or 配送会社 cell names, channel codes (1001 …) included.

    Return None if it names no carrier ('宅配便', '送料無料') or two: someone may then choose, but nothing is guessed.
    """
    rest = _fold(words)
    found = []
    for known in CARRIERS:
        offered = next((offer for offer in known.services if re.search(offer.words, rest)), None)
        if offered or re.search(known.words, rest):
            found.append(Identified(known.code, offered.name if offered else ""))
        # Remove what was matched: クロネコゆうパケット and 飛脚ゆうメール便 must not match Japan Post as well.
        rest = re.sub(offered.words if offered else known.words, "", rest)
    return found[0] if len(found) == 1 else None


def word_key(words: str) -> str:
    """Return words in the form in which a shop's own are compared: as many as a parcel keeps, folded."""
    return _fold(words[:LONGEST_SERVICE])


def takes_date(carrier_code: str, service_name: str) -> bool:
    """Return whether a date and time slot can be asked for; yes if the file named no service that rules it out."""
    known = service(carrier_code, service_name)
    return known.takes_date if known else True


def tracking_url(carrier_code: str, number: str) -> str | None:
    """Return the URL of the carrier's page for the parcel, or None if it has none or the number is empty."""
    plain = plain_number(number)
    template = carrier(carrier_code).tracking_url
    return template.format(number=quote(plain, safe="")) if template and plain else None


def plain_number(number: str) -> str:
    """Convert to half-width upper case without hyphens and spaces: the form that is stored, compared and looked up."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())


def format_number(number: str) -> str:
    """Format twelve digits as 1234-5678-9012, any other number without hyphens."""
    plain = plain_number(number)
    return "-".join((plain[:4], plain[4:8], plain[8:])) if re.fullmatch(r"[0-9]{12}", plain) else plain


def number_shape_ok(carrier_code: str, number: str) -> bool:
    """Return whether the number fits the carrier; if not, staff are warned but never refused."""
    shape = carrier(carrier_code).number_shape
    return shape is None or re.fullmatch(shape, plain_number(number)) is not None


def check_digit_ok(carrier_code: str, number: str) -> bool | None:
    """Return whether the first eleven digits modulo 7 give the twelfth, or None if there is no such check digit."""
    plain = plain_number(number)
    if not carrier(carrier_code).has_check_digit or not re.fullmatch(r"[0-9]{12}", plain):
        return None
    return int(plain[:11]) % 7 == int(plain[11])


def slot_of(carrier_code: str, text: str) -> TimeSlot | None:
    """Read a slip's code ('1416', '01') or a cart's words ('14:00～16:00', '時間帯指定[午前中]'), or return None."""
    plain = _fold(text)
    known = carrier(carrier_code).slots.get(plain)
    if known is not None:
        return known
    if "午前" in plain:
        return TimeSlot(None, NOON)
    if found := _SLOT_CODE.fullmatch(plain) or _SLOT.search(plain):
        since, until = int(found[1]), int(found[2])
        return TimeSlot(since, until) if since < until <= 24 else None
    if found := _UNTIL.search(plain):
        return TimeSlot(None, int(found[1]))
    return None


def slots_offered(carrier_code: str, on: date) -> list[TimeSlot]:
    """Return the time slots that a parcel handed over on that day may ask for, in the order of the day."""
    return _usual(slot for slot in carrier(carrier_code).slots.values() if slot.is_offered(on))


def all_slots() -> list[TimeSlot]:
    """Return the time slots of all carriers of which no end is known, in the order of the day."""
    return _usual(slot for known in CARRIERS for slot in known.slots.values() if slot.last_on is None)


def _usual(slots: Iterable[TimeSlot]) -> list[TimeSlot]:
    """Leave out delivery by 10 or 17 o'clock, a separate service with its own price; "until 12" is none."""
    usual = {slot for slot in slots if slot.since is not None or slot.until == NOON}
    return sorted(usual, key=lambda slot: (slot.since or 0, slot.until))


def takes_slot(carrier_code: str, slot: TimeSlot, on: date) -> bool:
    """Tell whether a parcel handed over on that day may ask for the slot; yes if the carrier's slots are not known."""
    known = carrier(carrier_code).slots.values()
    return not known or any(one == slot and one.is_offered(on) for one in known)


def slot_words(carrier_code: str, text: str) -> str:
    """Return the slot as 午前中 or 14時〜16時; words that are no slot stay as they came."""
    slot = slot_of(carrier_code, text)
    return slot.words if slot else text.strip()


def _fold(words: str) -> str:
    text = re.sub(r"[\s\u200b\ufeff]", "", unicodedata.normalize("NFKC", words).lower())
    return re.sub(r"[‐‑‒–—―−〜~]", "-", text)
