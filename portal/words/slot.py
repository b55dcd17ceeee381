"""A delivery time slot in the language of the page. Carts and carriers write it in Japanese, which Japanese pages keep."""

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.shipments.rules.carrier_table import TimeSlot
from portal.shipments.rules.carriers import slot_of
from portal.values.languages import DEFAULT


def slot_as_shown(text: str, carrier: str = "") -> str:
    """Return the slot's words, in Japanese as they came; what is no slot that we can read stays as it is."""
    slot = slot_of(carrier, text)
    return text if slot is None or str(get_locale()) == DEFAULT else slot_words(slot)


def slot_words(slot: TimeSlot) -> str:
    if slot.since is not None:
        return str(_("%(since)d〜%(until)d時", since=slot.since, until=slot.until))
    return str(_("午前中")) if slot.until == 12 else str(_("%(until)d時まで", until=slot.until))
