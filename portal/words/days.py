"""Days of the week and their place in the month, as people say them."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.values.languages import DEFAULT, LANGUAGES

WEEKDAYS = (_l("月曜日"), _l("火曜日"), _l("水曜日"), _l("木曜日"), _l("金曜日"), _l("土曜日"), _l("日曜日"))
"""Names of the weekdays, Monday first, as `Cycle.weekday` counts."""


def spoken() -> str:
    """Return the code of the language that texts are being translated into."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def ordinal(number: int) -> str:
    return LANGUAGES[spoken()].ordinal(number)
