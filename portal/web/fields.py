"""Form fields, and tidying and checking of what was typed, for the buyer's and the staff's pages alike."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, StringField, ValidationError

# The published types of WTForms do not know it yet.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput, TextInput

from portal.clock import now
from portal.receipts.rules.glyphs import unprintable
from portal.receipts.rules.wording import TextProblem, text_problem
from portal.values.dates import DateError, parse_date, tokyo_date
from portal.values.inkless import clean

__all__ = [
    "CountField",
    "DayField",
    "NumberField",
    "PaidBackField",
    "SelectChoice",
    "TypedDayField",
    "VersionField",
    "YenField",
    "overwrite",
    "put_beside",
    "refuse_unprintable",
    "required_text",
    "tidied",
    "tidied_lines",
    "tidied_text",
]

LARGEST = 9_999_999_999
"""Largest number of ten digits."""
MOST_DIGITS = 9
"""Most digits of an amount in yen; the columns hold a little more."""
A_YEAR = timedelta(days=366)


# --- what was typed ---------------------------------------------------------------------------------------------------
def tidied(text: str | None) -> str:
    """Strip blanks at the ends and control characters: nobody types them, and PostgreSQL refuses NUL."""
    return "".join(char for char in text or "" if unicodedata.category(char) != "Cc").strip()


def tidied_lines(text: str | None) -> str:
    """Strip a text of several lines line by line."""
    return "\n".join(tidied(line) for line in (text or "").splitlines()).strip()


def tidied_text(text: str | None) -> str:
    """Clean a text that is printed on a paper."""
    return clean(text or "")


def refuse_unprintable(text: str | None, sentences: Mapping[TextProblem, Any], *, may_be_empty: bool) -> None:
    """Raise ValidationError with what to do about a text that cannot be printed on a paper."""
    written = text or ""
    problem = text_problem(written, may_be_empty=may_be_empty)
    if problem is not None:
        raise ValidationError(str(sentences[problem]))
    if missing := unprintable(written):
        raise ValidationError(_("この文字は印刷できません: %(characters)s", characters=_("、").join(missing)))


def put_beside(form: FlaskForm, name: str, sentence: str) -> bool:
    """Add the sentence to the errors of the field of that name; return False if there is no such visible field."""
    field: Field | None = form._fields.get(name)
    if field is None or isinstance(field.widget, HiddenInput):
        return False
    field.errors = [*field.errors, sentence]
    return True


def overwrite(field: Field, value: Any) -> None:
    """Let the field show the value in place of what was sent, which it would show as long as it has any."""
    field.data, field.raw_data = value, None


def required_text(label: Any, missing: Any, longest: int, too_long: Any, *more: Any) -> StringField:
    """Make a field for one line that must not be empty; `missing` and `too_long` are sentences, `more` validators."""
    return StringField(
        label, filters=[tidied], validators=[DataRequired(missing), Length(max=longest, message=too_long), *more]
    )


# --- numbers ----------------------------------------------------------------------------------------------------------
class NumberField(IntegerField):
    """A whole number, also in full-width digits; empty is None. What is no number stays as typed and is refused."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = None
        typed = _half_width(valuelist).replace(",", "").strip()
        if not typed:
            return
        self._refuse(typed)
        self.data = int(typed)

    def _refuse(self, typed: str) -> None:
        if not re.fullmatch(r"[-+]?[0-9]+", typed):
            raise ValueError(_("数字で書いてください。"))
        if abs(int(typed)) > LARGEST:
            raise ValueError(_("数字が大きすぎます。"))


class CountField(NumberField):
    """A number of things: no sign, at most seven digits."""

    def _refuse(self, typed: str) -> None:
        if not re.fullmatch(r"[0-9]{1,7}", typed):
            raise ValueError(_("数字だけで入力してください。"))


class VersionField(IntegerField):
    """The version of the row that the page showed, in a hidden field; 0, which no row has, if none was sent.

    It refuses nothing: an error of a field that nobody sees could not be mended.
    """

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what the page sent."""
        sent = valuelist[0] if valuelist else ""
        self.data = int(sent) if re.fullmatch(r"[0-9]{1,9}", sent) else 0


class YenField(Field):
    """An amount of yen from 1; 1,080, ￥１０８０ and 1080円 are the same."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; what is no amount is None."""
        plain = re.sub(r"[\s,¥\\円]+", "", _half_width(valuelist))
        self.data = int(plain) if re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", plain) else None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "" if self.data is None else str(self.data)

    def pre_validate(self, form: BaseForm) -> None:
        """Raise ValidationError unless the amount is at least 1 yen."""
        if self.data is None or self.data < 1:
            raise ValidationError(_("1円以上の金額を入力してください。"))


class PaidBackField(YenField):
    """An amount that is left empty if nothing was paid back."""

    def pre_validate(self, form: BaseForm) -> None:
        """Raise ValidationError if what was typed is no amount; an empty field is accepted."""
        if self.raw_data and str(self.raw_data[0]).strip():
            super().pre_validate(form)


# --- days -------------------------------------------------------------------------------------------------------------
class DayField(DateField):
    """A day that is picked; empty is None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was picked or typed."""
        self.data = None
        typed = _half_width(valuelist).strip()
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("日付として読めません。もう一度選んでください。")) from None


class TypedDayField(Field):
    """A day that is typed, with one stop of the Tab key. 2026/11/20, 20261120 and 2026年11月20日 are the same."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; what is no day is None."""
        try:
            self.data = parse_date(valuelist[0] if valuelist else "")
        except DateError:
            self.data = None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else f"{self.data:%Y/%m/%d}" if self.data else ""

    def pre_validate(self, form: BaseForm) -> None:
        """Raise ValidationError if what was typed is no day, or a day more than a year ahead."""
        if self.data is None:
            raise ValidationError(_("日付を 2026/11/20 のように入力してください。"))
        if self.data > tokyo_date(now()) + A_YEAR:
            raise ValidationError(_("日付が先すぎます。年をご確認ください。"))


def _half_width(valuelist: list[Any]) -> str:
    return unicodedata.normalize("NFKC", valuelist[0] if valuelist else "")
