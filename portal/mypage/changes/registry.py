"""Which form makes which change."""

from collections.abc import Mapping

from portal.mypage.changes import address, contact, cycle, dates, items, pause, payment
from portal.mypage.changes.form import BuyersForm
from portal.subscriptions.rules.allowances import Change

FORMS: Mapping[Change, type[BuyersForm]] = {
    form.change: form
    for module in (
        address,
        contact,
        items,
        cycle,
        dates,
        payment,
        pause,
    )
    for form in module.FORMS
}
"""Each module has its forms in FORMS. Cards and cancelling have pages of their own."""
