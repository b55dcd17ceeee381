"""Filters of the list of orders; the address of the page keeps them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput

from admin.ground.search_form import PeriodForm
from portal.orders.search import LONGEST
from portal.payments.rules.methods import PaymentClass
from portal.values.states import OrderStatus
from portal.web.fields import SelectChoice
from portal.words.states import ORDER_STATES

WORDS = "words:"
"""Prefix of a choice that is a payment method's own words; the other choices are classes."""
_STATUSES = (
    *(OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING, OrderStatus.ON_HOLD),
    *(OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED),
    *(OrderStatus.RETURN_PENDING, OrderStatus.RETURNED, OrderStatus.CANCELED),
)
_CLASSES = {
    PaymentClass.CARD: _l("クレジットカード"),
    PaymentClass.WALLET: _l("スマホ決済など"),
    PaymentClass.SHOP: _l("銀行振込など"),
    PaymentClass.SEVERAL: _l("カード・スマホ決済・銀行のいずれか"),
    PaymentClass.COD: _l("代金引換"),
    PaymentClass.CONVENIENCE: _l("コンビニ払い"),
    PaymentClass.DEFERRED: _l("後払い"),
    PaymentClass.UNKNOWN: _l("種類が決まっていないもの"),
}


class OrdersForm(PeriodForm):
    q = StringField(_l("注文の検索"), validators=[Length(max=LONGEST)])
    status = SelectMultipleField(
        _l("注文の状態"),
        choices=[SelectChoice(status.value, ORDER_STATES[status]) for status in _STATUSES],
        option_widget=CheckboxInput(),
    )
    since = DateField(_l("注文日（から）"), validators=[Optional()])
    until = DateField(_l("注文日（まで）"), validators=[Optional()])
    payment = SelectField(_l("支払方法"), default="")
    attention = BooleanField(_l("確認が必要な注文だけ"))
    all_shops = BooleanField(_l("担当するすべての店舗から"))

    def offer(self, payment_words: Sequence[str], *, several_shops: bool) -> None:
        """Fill in the choices, and drop the one of all shops for staff of a single one.

        An address may have been kept from when there was more to choose from.
        """
        self.payment.choices = [
            SelectChoice("", _l("すべて")),
            *(SelectChoice(kind.value, words, optgroup=_("種類")) for kind, words in _CLASSES.items()),
            *(
                SelectChoice(f"{WORDS}{words}", words, optgroup=_("注文データの書き方"))
                for words in payment_words
                if words
            ),
        ]
        if not several_shops:
            del self.all_shops

    @property
    def of_all_shops(self) -> bool:
        return "all_shops" in self and bool(self.all_shops.data)

    @property
    def statuses(self) -> frozenset[OrderStatus]:
        return frozenset(map(OrderStatus, self.status.data or ()))

    @property
    def narrows(self) -> bool:
        """Return whether anything but the words and the shops was chosen."""
        return bool(self.address.keys() - {"q", "all_shops"})

    @property
    def address(self) -> dict[str, Any]:
        """Return the search as query parameters, for links."""
        chosen: Mapping[str, Any] = {
            "q": (self.q.data or "").strip(),
            "status": self.status.data,
            "since": self.since.data and self.since.data.isoformat(),
            "until": self.until.data and self.until.data.isoformat(),
            "payment": self.payment.data,
            "attention": "1" if self.attention.data else "",
            "all_shops": "1" if self.of_all_shops else "",
        }
        return {name: value for name, value in chosen.items() if value}
