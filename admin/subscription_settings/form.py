"""What the forms of the subscriptions' settings share.

Their fields are columns of `SubscriptionRules`, or a column's table with a field for each key.
"""

from collections.abc import Mapping
from typing import Any, Self

from wtforms import Field, Form, FormField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from admin.settings.declared_form import DeclaredForm
from portal.models import SubscriptionRules
from portal.subscriptions.rules.declarations import DECLARED
from portal.subscriptions.terms.settings import settings_of
from portal.values.prefectures import PREFECTURES
from portal.web.fields import NumberField


class CheckListField(SelectMultipleField):
    """A list of boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RulesForm(DeclaredForm):
    """A section of the settings; `version` is that of the rules when the form was opened."""

    declared = DECLARED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaints: dict[str, list[str]] = {}
        """Sentences about a column's table as a whole, by column."""
        self._was_refused = False

    @classmethod
    def of(cls, rules: SubscriptionRules) -> Self:
        """Make the form from the rules as they stand, whatever the request carries."""
        return cls(formdata=None, data=cls.values(rules))

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        return cls.shown_as_typed(settings_of(rules)) | {"version": rules.version}

    def field_of(self, path: str) -> Field | None:
        """Return the field beside which a problem of `column` or `column.key` is shown, None for above the table."""
        column, _dot, _key = path.partition(".")
        field: Field | None = self._fields.get(column)
        return field

    def refuse(self, path: str, sentence: Any) -> None:
        self._was_refused = True
        field = self.field_of(path)
        if field is None or isinstance(field, FormField):
            self.complaints.setdefault(path.partition(".")[0], []).append(str(sentence))
        elif not field.errors:
            field.errors = [str(sentence)]

    @property
    def is_refused(self) -> bool:
        # The errors of a list of rows lack what was said of one row after validation.
        return self._was_refused or bool(self.errors)


# --- a number for each prefecture ------------------------------------------------------------------------------------
FIELD_OF = {name: f"p{number:02}" for number, name in enumerate(("", *PREFECTURES))}
"""Name of the form's field by prefecture; p00 is for all others. Numbers are days on the way or yen of shipping."""
PrefecturesTable = type("PrefecturesTable", (Form,), {field: NumberField(name) for name, field in FIELD_OF.items()})


def by_field(table: Mapping[str, int]) -> dict[str, int]:
    """Return field → number, for the form, of a table by prefecture."""
    return {FIELD_OF[name]: number for name, number in table.items() if name in FIELD_OF}


def by_prefecture(table: Any) -> dict[str, int | None]:
    """Return prefecture → number as typed, None if left empty."""
    return {name: table[field].data for name, field in FIELD_OF.items()}
