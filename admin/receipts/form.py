"""What staff may write on receipts, and in which words a mistake is answered."""

import re
import unicodedata
from datetime import date, timedelta
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.form import BaseForm
from wtforms.validators import InputRequired
from wtforms.widgets import TextInput

from portal.clock import now
from portal.receipts.custom import Part
from portal.receipts.documents.receipt import Honorific
from portal.receipts.return_invoices import Refund
from portal.receipts.rules.glyphs import unprintable
from portal.receipts.rules.splitting import MOST_PARTS
from portal.receipts.rules.wording import TextProblem, clean, text_problem
from portal.values.dates import DateError, parse_date, tokyo_date
from portal.values.ids import uuid_or_none
from portal.web.choices import SelectChoice

MOST_DIGITS = 9
"""Of an amount; the columns hold a little more."""
A_YEAR = timedelta(days=366)
MOST_ITEMS = 500

PROBLEMS = {
    TextProblem.EMPTY: _l("入力してください。"),
    TextProblem.TOO_LONG: _l("長すぎます。100文字までにしてください。"),
    TextProblem.CONTROL: _l("改行や特殊な記号は使えません。取り除いてください。"),
}
HONORIFICS = [SelectChoice("様", _l("様")), SelectChoice("御中", _l("御中")), SelectChoice("", _l("なし"))]
LANGUAGES = [SelectChoice("ja", _l("日本語")), SelectChoice("en", "English")]


def tidy(text: str | None) -> str:
    return clean(text or "")


def refuse(text: str | None, *, may_be_empty: bool = True) -> None:
    """Raises ValidationError with what to do about a text that cannot be printed."""
    written = text or ""
    problem = text_problem(written, may_be_empty=may_be_empty)
    if problem is not None:
        raise ValidationError(str(PROBLEMS[problem]))
    if missing := unprintable(written):
        raise ValidationError(_("この文字は印刷できません: %(characters)s", characters=_("、").join(missing)))


class YenField(Field):
    """1,080, ￥１０８０ and 1080円 are the same."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = re.sub(r"[\s,¥\\円]+", "", unicodedata.normalize("NFKC", valuelist[0] if valuelist else ""))
        self.data = int(plain) if re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", plain) else None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "" if self.data is None else str(self.data)

    def pre_validate(self, form: BaseForm) -> None:
        if self.data is None or self.data < 1:
            raise ValidationError(_("1円以上の金額を入力してください。"))


class PaidBackField(YenField):
    """Left empty where nothing was paid back."""

    def pre_validate(self, form: BaseForm) -> None:
        if self.raw_data and str(self.raw_data[0]).strip():
            super().pre_validate(form)


class DayField(Field):
    """Typed, not picked: one stop of the Tab key. 2026/11/20, 20261120 and 2026年11月20日 are the same."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = parse_date(valuelist[0] if valuelist else "")
        except DateError:
            self.data = None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else f"{self.data:%Y/%m/%d}" if self.data else ""

    def pre_validate(self, form: BaseForm) -> None:
        if self.data is None:
            raise ValidationError(_("日付を 2026/11/20 のように入力してください。"))
        if self.data > tokyo_date(now()) + A_YEAR:
            raise ValidationError(_("日付が先すぎます。年をお確かめください。"))


class PartForm(Form):
    addressee = StringField(_l("宛名"), filters=[tidy])
    honorific = SelectField(_l("敬称"), choices=HONORIFICS)
    amount = YenField(_l("金額（円）"))
    proviso = StringField(_l("但し書き"), filters=[tidy])
    transaction_on = DayField(_l("取引日"))
    note = StringField(_l("備考"), filters=[tidy])
    language = SelectField(_l("言語"), choices=LANGUAGES)

    def validate_addressee(self, field: StringField) -> None:
        refuse(field.data)

    def validate_proviso(self, field: StringField) -> None:
        refuse(field.data)

    def validate_note(self, field: StringField) -> None:
        refuse(field.data)

    def part(self, items: tuple[int, ...]) -> Part | None:
        """What can be drawn of it; None: without an amount or a day there is nothing to draw."""
        if self.amount.errors or self.transaction_on.errors:
            return None
        honorific: Honorific = self.honorific.data if self.honorific.data in ("様", "御中") else ""
        return Part(
            addressee=self.addressee.data or "",
            honorific=honorific,
            proviso=self.proviso.data or "",
            amount=self.amount.data,
            transaction_on=self.transaction_on.data,
            note=self.note.data or "",
            language="en" if self.language.data == "en" else "ja",
            items=items,
        )


class ReceiptsForm(FlaskForm):
    parts = FieldList(FormField(PartForm), min_entries=1, max_entries=MOST_PARTS)
    assigned = FieldList(StringField(), max_entries=MOST_ITEMS)
    equal = StringField(_l("何通に分けますか"))
    show = StringField()
    """The part that is drawn, from 0."""
    tell = BooleanField(_l("お客さまにメールで知らせる"))
    over_reason = StringField(_l("ご注文の金額を超えて発行する理由"), filters=[tidy])
    void_reason = StringField(_l("取り消す理由"), filters=[tidy])
    issue_key = HiddenField()
    order_version = IntegerField()
    last_number = IntegerField()
    buyers_own = StringField()
    """The id of the buyer's receipt that staff agree to void."""
    replaces = StringField()

    def validate_over_reason(self, field: StringField) -> None:
        refuse(field.data)

    def validate_void_reason(self, field: StringField) -> None:
        refuse(field.data, may_be_empty=not self.replaces.data)

    def validate_issue_key(self, field: HiddenField) -> None:
        if uuid_or_none(field.data) is None:
            raise ValidationError(_("画面を開き直してください。"))


class ReasonForm(FlaskForm):
    reason = StringField(_l("取り消す理由"), filters=[tidy])

    def validate_reason(self, field: StringField) -> None:
        refuse(field.data, may_be_empty=False)


class GrantForm(FlaskForm):
    seen = IntegerField(validators=[InputRequired()])
    """How many further downloads were open on the page."""


class RefundForm(Form):
    """Paid back at one rate."""

    rate = IntegerField(validators=[InputRequired()])
    amount = PaidBackField(_l("返金額（税込・円）"))


class ReturnForm(FlaskForm):
    refunds = FieldList(FormField(RefundForm), max_entries=10)
    returned_on = DayField(_l("返金日"))
    # As an id the name is taken: by what the page is about.
    content = StringField(_l("内容"), id="returned-content", filters=[tidy])
    issue_key = HiddenField()

    def validate_content(self, field: StringField) -> None:
        refuse(field.data, may_be_empty=False)

    def validate_issue_key(self, field: HiddenField) -> None:
        if uuid_or_none(field.data) is None:
            raise ValidationError(_("画面を開き直してください。"))

    @classmethod
    def fresh(cls, today: date) -> "ReturnForm":
        return cls(formdata=None, returned_on=today, issue_key=str(uuid4()))

    @property
    def key(self) -> UUID:
        return UUID(self.issue_key.data)

    @property
    def _forms(self) -> list[RefundForm]:
        return [entry.form for entry in self.refunds]

    @property
    def refund(self) -> Refund:
        paid = {int(one.rate.data or 0): int(one.amount.data) for one in self._forms if one.amount.data}
        return Refund(paid, self.returned_on.data, self.content.data or "")
