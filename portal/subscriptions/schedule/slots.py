"""Time slots that deliveries of a subscription can ask for: the carrier's, and the shop's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.shipments.rules import carriers


@dataclass(frozen=True)
class Slots:
    """What the shop has set about time slots."""

    own: Sequence[str] = ()
    """Time slots besides the carriers'."""
    refused: Sequence[str] = ()
    """Carriers' time slots, in their words, that the shop does not offer."""

    def offered(self, carrier: str, method: str, on: date) -> list[str]:
        """Return the slots in words for a parcel handed over on that day: the carrier's, then the shop's own."""
        of_carrier = [slot.words for slot in carriers.slots_offered(_carrier_of(carrier, method), on)]
        return list(dict.fromkeys([words for words in of_carrier if words not in self.refused] + list(self.own)))

    def offers(self, carrier: str, method: str, words: str, on: date) -> bool:
        """Tell whether a parcel handed over on that day may ask for the slot. Words that are no hours of a day stand."""
        code = _carrier_of(carrier, method)
        slot = carriers.slot_of(code, words)
        if words in self.own or slot is None:
            return True
        return slot.words not in self.refused and carriers.takes_slot(code, slot, on)

    def lapsed_since(self, carrier: str, method: str, words: str) -> date | None:
        """Return the first day on which the carrier no longer takes the slot; None if it was not the carrier's to end."""
        code = _carrier_of(carrier, method)
        slot = carriers.slot_of(code, words)
        ends = [one.last_on for one in carriers.carrier(code).slots.values() if one == slot and one.last_on]
        return max(ends) + timedelta(days=1) if ends else None


def _carrier_of(carrier: str, method: str) -> str:
    """Return the carrier whose slots count: where it is not known by itself, that of the delivery method."""
    if carriers.carrier(carrier).slots:
        return carrier
    known = carriers.identify(method) or carriers.identify(f"{carriers.carrier(carrier).name} {method}")
    return known.carrier if known else carrier
