"""Forms for what staff correct about an order."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Length

from admin.orders.scope import SeenForm
from admin.settings.words import PAYMENT_CLASSES, PAYMENT_STATES, rate_name
from portal.models import Order
from portal.payments.rules.methods import PaymentClass
from portal.values import emails, phones
from portal.values.dates import tokyo_date
from portal.values.tax import rates_on
from portal.web.fields import SelectChoice, required_text, tidied

AS_READ = ""


class PaymentForm(SeenForm):
    state = RadioField(
        _l("入金"), choices=[SelectChoice(state.value, words) for state, words in PAYMENT_STATES.items()]
    )
    payment_class = RadioField(
        _l("領収書の扱い"),
        choices=[
            SelectChoice(AS_READ, _l("支払方法の対応表から自動で決める")),
            *(
                SelectChoice(kind.value, words)
                for kind, words in PAYMENT_CLASSES.items()
                if kind is not PaymentClass.UNKNOWN
            ),
        ],
    )


class BuyerForm(SeenForm):
    """The buyer's data; fields are named as columns of `Order`."""

    buyer_name = required_text(
        _l("お名前"), _l("お名前を入力してください。"), 120, _l("長すぎます。120文字までにしてください。")
    )
    buyer_kana = StringField(
        _l("お名前（カナ）"),
        filters=[tidied],
        validators=[Length(max=120, message=_l("長すぎます。120文字までにしてください。"))],
    )
    phone = StringField(_l("電話番号"), filters=[tidied])
    email = StringField(_l("メールアドレス"), filters=[tidied])

    def validate_phone(self, field: StringField) -> None:
        if field.data and (len(field.data) > 40 or not phones.normalise(field.data)):
            raise ValidationError(str(_l("電話番号として読めません。市外局番から入力してください。例：090-1234-5678")))

    def validate_email(self, field: StringField) -> None:
        if field.data and not emails.is_address(field.data):
            raise ValidationError(str(_l("メールアドレスとして読めません。例：hanako@example.jp")))


class RatesForm(SeenForm):
    """A choice for a line without a rate (`line_<position>`), `fee_rate` if that is missing, `every` for the rest."""

    @property
    def fields(self) -> list[SelectField]:
        return [field for name, field in self._fields.items() if name.startswith("line_")]

    @property
    def rates(self) -> dict[int, int]:
        """Return position → percent of the lines that were answered."""
        said = {field.name: field.data or self._every for field in self.fields}
        return {int(name.removeprefix("line_")): int(rate) for name, rate in said.items() if rate}

    @property
    def fees(self) -> int | None:
        field = self._fields.get("fee_rate")
        rate = field.data or self._every if field is not None else ""
        return int(rate) if rate else None

    @property
    def _every(self) -> str:
        return str(self._fields["every"].data or "")

    @property
    def asks_anything(self) -> bool:
        return bool(self.rates) or self.fees is not None


def rates_form(order: Order) -> RatesForm:
    on = tokyo_date(order.ordered_at)
    known = sorted({rate.percent for rate in rates_on(on)}, reverse=True)
    choices = [
        SelectChoice("", _l("選んでください")),
        *(SelectChoice(str(rate), rate_name(rate, on)) for rate in known),
    ]
    fields: dict[str, Any] = {"every": SelectField(_l("選んでいない行すべて"), choices=choices, default="")}
    fields |= {
        f"line_{line.position}": SelectField(line.name, choices=choices, default="")
        for line in order.lines
        if line.tax_rate is None
    }
    if order.fee_rate is None and (order.shipping_fee or order.payment_fee or order.other_fee):
        fields["fee_rate"] = SelectField(_l("送料・手数料"), choices=choices, default="")
    made: RatesForm = type("OrderRatesForm", (RatesForm,), fields)()
    return made
