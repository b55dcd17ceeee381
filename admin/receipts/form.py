"""Forms for what staff write on receipts, and the words in which a mistake is answered."""

from datetime import date
from uuid import UUID, uuid4

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput

from portal.receipts.custom import Part
from portal.receipts.documents import ReceiptDocument
from portal.receipts.documents.receipt import Honorific, Language
from portal.receipts.drafting import proviso_in
from portal.receipts.return_invoices import Refund
from portal.receipts.rules.splitting import MOST_PARTS
from portal.receipts.rules.wording import TextProblem
from portal.values.ids import uuid_or_none
from portal.values.languages import DEFAULT, LANGUAGES
from portal.web.fields import (
    PaidBackField,
    SelectChoice,
    TypedDayField,
    VersionField,
    YenField,
    refuse_unprintable,
    tidied_text,
)

MOST_ITEMS = 500

PROBLEMS = {
    TextProblem.EMPTY: _l("入力してください。"),
    TextProblem.TOO_LONG: _l("長すぎます。100文字までにしてください。"),
    TextProblem.CONTROL: _l("改行や特殊な記号は使えません。取り除いてください。"),
}
HONORIFICS = [SelectChoice("様", _l("様")), SelectChoice("御中", _l("御中")), SelectChoice("", _l("なし"))]
LANGUAGE_CHOICES = [SelectChoice(one.code, one.name) for one in LANGUAGES.values()]


def refuse(text: str | None, *, may_be_empty: bool = True) -> None:
    """Raise ValidationError with what to do about a text that cannot be printed."""
    refuse_unprintable(text, PROBLEMS, may_be_empty=may_be_empty)


class PartForm(Form):
    addressee = StringField(_l("宛名"), filters=[tidied_text])
    honorific = SelectField(_l("敬称"), choices=HONORIFICS)
    amount = YenField(_l("金額（円）"))
    proviso = StringField(_l("但し書き"), filters=[tidied_text])
    transaction_on = TypedDayField(_l("取引日"))
    note = StringField(_l("備考"), filters=[tidied_text])
    language = SelectField(_l("言語"), choices=LANGUAGE_CHOICES)

    def validate_addressee(self, field: StringField) -> None:
        refuse(field.data)

    def validate_proviso(self, field: StringField) -> None:
        refuse(field.data)

    def validate_note(self, field: StringField) -> None:
        refuse(field.data)

    def part(self, items: tuple[int, ...]) -> Part | None:
        """Return the part as it can be drawn, or None without an amount or a day."""
        if self.amount.errors or self.transaction_on.errors:
            return None
        honorific: Honorific = self.honorific.data if self.honorific.data in ("様", "御中") else ""
        language: Language = self.language.data if self.language.data in LANGUAGES else DEFAULT
        return Part(
            addressee=self.addressee.data or "",
            honorific=honorific,
            proviso=proviso_in(g.shop, self.proviso.data or "", language),
            amount=self.amount.data,
            transaction_on=self.transaction_on.data,
            note=self.note.data or "",
            language=language,
            items=items,
        )


class ReceiptsForm(FlaskForm):
    parts = FieldList(FormField(PartForm), min_entries=1, max_entries=MOST_PARTS)
    assigned = FieldList(StringField(), max_entries=MOST_ITEMS)
    equal = StringField(_l("何通に分けますか"))
    show = StringField()
    """Index of the part that is drawn, from 0."""
    tell = BooleanField(_l("お客さまにメールで知らせる"))
    void_reason = StringField(_l("取り消す理由"), filters=[tidied_text])
    day_reason = StringField(_l("取引日を変える理由"), filters=[tidied_text])
    issue_key = HiddenField()
    order_version = IntegerField()
    last_number = IntegerField()
    buyers_own = StringField()
    """Id of the buyer's receipt that staff agree to void."""
    replaces = StringField()

    def validate_day_reason(self, field: StringField) -> None:
        refuse(field.data)

    def validate_void_reason(self, field: StringField) -> None:
        refuse(field.data, may_be_empty=not self.replaces.data)

    def validate_issue_key(self, field: HiddenField) -> None:
        if uuid_or_none(field.data) is None:
            raise ValidationError(_("画面を開き直してください。"))


class ReasonForm(FlaskForm):
    reason = StringField(_l("取り消す理由"), filters=[tidied_text])

    def validate_reason(self, field: StringField) -> None:
        refuse(field.data, may_be_empty=False)


class GrantForm(FlaskForm):
    seen = VersionField()
    """Number of further downloads that the page showed as open."""


class RefundForm(Form):
    """The amount paid back at one tax rate."""

    rate = IntegerField(validators=[InputRequired()])
    amount = PaidBackField(_l("返金額（税込・円）"))


class ReturnForm(FlaskForm):
    refunds = FieldList(FormField(RefundForm), max_entries=10)
    returned_on = TypedDayField(_l("返金日"))
    goods = SelectMultipleField(_l("返金した商品"), coerce=int, choices=[], option_widget=CheckboxInput())
    """Indexes into the lines of the receipt; choices come from `offer`."""
    # The id `content` is taken by the page's main element.
    content = StringField(_l("内容"), id="returned-content", filters=[tidied_text])
    issue_key = HiddenField()

    def validate_content(self, field: StringField) -> None:
        refuse(field.data, may_be_empty=False)

    def validate_issue_key(self, field: HiddenField) -> None:
        if uuid_or_none(field.data) is None:
            raise ValidationError(_("画面を開き直してください。"))

    @classmethod
    def fresh(cls, today: date) -> "ReturnForm":
        return cls(formdata=None, returned_on=today, issue_key=str(uuid4()))

    def offer(self, sold: ReceiptDocument) -> None:
        """Let the goods on the receipt be chosen."""
        self.goods.choices = [
            SelectChoice(place, line.name) for place, line in enumerate(sold.lines) if (line.amount or 0) >= 0
        ]

    @property
    def key(self) -> UUID:
        return UUID(self.issue_key.data)

    @property
    def _forms(self) -> list[RefundForm]:
        return [entry.form for entry in self.refunds]

    @property
    def refund(self) -> Refund:
        paid = {int(one.rate.data or 0): int(one.amount.data) for one in self._forms if one.amount.data}
        return Refund(paid, self.returned_on.data, self.content.data or "", tuple(self.goods.data or ()))
