"""Days of the week, as people say them."""

from flask_babel import lazy_gettext as _l

WEEKDAYS = (_l("月曜日"), _l("火曜日"), _l("水曜日"), _l("木曜日"), _l("金曜日"), _l("土曜日"), _l("日曜日"))
"""Names of the weekdays, Monday first, as `Cycle.weekday` counts."""
