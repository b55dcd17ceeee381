"""Forms made of declared settings: a section's fields with their labels, helps and choices."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField

from portal.values.settings import Setting, Values, Widget
from portal.web.fields import NumberField, SelectChoice, VersionField, tidied, tidied_lines

NOT_SHOWN = frozenset({"csrf_token", "version"})


def field_for(setting: Setting[Any]) -> Any:
    """Return the field that asks for a setting, with its label and help."""
    label, texts = _l(setting.label), dict[str, Any](description=_l(setting.help) if setting.help else "")
    match setting.widget:
        case Widget.YES_NO:
            return BooleanField(label, **texts)
        case Widget.CHOICE:
            return RadioField(label, choices=choices_of(setting), validate_choice=False, **texts)
        case Widget.LIST if setting.bounds:
            return SelectField(label, choices=numbers_of(setting), coerce=int, validate_choice=False, **texts)
        case Widget.LIST:
            return SelectField(label, choices=choices_of(setting), validate_choice=False, **texts)
        case Widget.NUMBER:
            return NumberField(label, **texts)
        case Widget.WRITING:
            return TextAreaField(label, filters=[tidied_lines], **texts)
        case Widget.LINES:
            return TextAreaField(label, **texts)
        case _:
            return StringField(label, filters=[tidied], **texts)


def choices_of(setting: Setting[Any]) -> list[SelectChoice]:
    return [SelectChoice(value, _l(words)) for value, words in setting.choices.items()]


def numbers_of(setting: Setting[Any]) -> list[SelectChoice]:
    least, most = setting.bounds or (0, 0)
    return [SelectChoice(n, n) for n in range(least, (most or least) + 1)]


class DeclaredForm(FlaskForm):
    """A section of declared settings; `version` is that of the row when the form was opened."""

    declared: ClassVar[Mapping[str, Setting[Any]]] = {}
    section: ClassVar[str] = ""
    """Section whose declared settings become fields of the form."""
    parts: ClassVar[Mapping[str, str]] = {}
    """Field that asks for a part of a setting → the setting's column."""

    version = VersionField()

    def __init_subclass__(cls, **more: Any) -> None:
        """Give the form of a section the fields of the settings that are declared for it."""
        super().__init_subclass__(**more)
        for setting in cls.declared.values():
            if setting.section == cls.section and setting.widget is not Widget.OWN:
                setattr(cls, setting.column, field_for(setting))

    @classmethod
    def shown_as_typed(cls, settings: Values) -> dict[str, Any]:
        """Return the settings as the fields have them: a list as one text, a line for each value."""
        lists = (column for column, setting in cls.declared.items() if setting.widget is Widget.LINES)
        return {**settings, **{column: "\n".join(settings[column]) for column in lists}}

    def changes(self) -> dict[str, Any]:
        """Return column → value."""
        return {field.name: self._value(field) for field in self.shown() if field.name in self.declared}

    def _value(self, field: Field) -> Any:
        return lines(field.data) if self.declared[field.name].widget is Widget.LINES else field.data

    def shown(self) -> list[Field]:
        """Return the fields that can be seen, as their settings are declared; others follow."""
        places = list(self.declared)
        seen = (field for field in self if field.name not in NOT_SHOWN)
        columns = ((field, self.parts.get(field.name, field.name)) for field in seen)
        placed = [(places.index(column) if column in places else len(places), field) for field, column in columns]
        return [field for _place, field in sorted(placed, key=itemgetter(0))]


def lines(text: str | None) -> list[str]:
    return tidied_lines(text).splitlines()
