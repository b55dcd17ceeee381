"""Forms that narrow a list."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, ValidationError


class SearchForm(FlaskForm):
    class Meta:
        # The form only reads, and its address can be kept and passed on.
        csrf = False


class PeriodForm(SearchForm):
    """A search with a first and a last day."""

    since: DateField
    until: DateField

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(str(_l("始まりの日より後の日にしてください。")))
