"""送料・手数料: the fees that a subscription gets with a new address or a new payment method."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, Form, FormField, StringField
from wtforms.widgets import HiddenInput

from admin.subscription_settings.form import FIELD_OF, PrefecturesTable, RulesForm, by_field, by_prefecture
from portal.models import SubscriptionRules
from portal.web.fields import NumberField, tidied


class PaymentFeeForm(Form):
    words = StringField(widget=HiddenInput(), filters=[tidied])
    fee = NumberField(_l("手数料"))


class FeesForm(RulesForm):
    section = "fees"
    shipping: Any = FormField(PrefecturesTable)
    payments: Any = FieldList(FormField(PaymentFeeForm))

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        """Return the form's data, with a row for each method on offer and for those that have a fee from before."""
        words = dict.fromkeys([*rules.payment_methods, *rules.payment_fees])
        rows = [{"words": one, "fee": rules.payment_fees.get(one)} for one in words]
        return super().values(rules) | {"shipping": by_field(rules.shipping_fees), "payments": rows}

    def changes(self) -> dict[str, Any]:
        payments = {row.words.data: row.fee.data for row in self.payments if row.words.data}
        return {"shipping_fees": by_prefecture(self.shipping), "payment_fees": payments}

    def field_of(self, path: str) -> Field | None:
        column, dot, key = path.partition(".")
        if column == "shipping_fees":
            return self.shipping[FIELD_OF[key]] if dot and key in FIELD_OF else None
        return next((row.fee for row in self.payments if dot and row.words.data == key), None)
