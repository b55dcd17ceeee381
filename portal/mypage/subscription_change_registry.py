"""Which form makes which change."""

from collections.abc import Mapping

from portal.mypage import (
    subscription_forms_of_address,
    subscription_forms_of_contact,
    subscription_forms_of_contents,
    subscription_forms_of_cycle,
    subscription_forms_of_dates,
    subscription_forms_of_payment,
    subscription_forms_of_rest,
)
from portal.mypage.subscription_change_forms import BuyersForm
from portal.subscriptions.changes.allowances import Change

FORMS: Mapping[Change, type[BuyersForm]] = {
    form.change: form
    for module in (
        subscription_forms_of_address,
        subscription_forms_of_contact,
        subscription_forms_of_contents,
        subscription_forms_of_cycle,
        subscription_forms_of_dates,
        subscription_forms_of_payment,
        subscription_forms_of_rest,
    )
    for form in module.FORMS
}
"""Each module has its forms in FORMS. Cards and cancelling have pages of their own."""
