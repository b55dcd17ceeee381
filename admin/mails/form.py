"""What narrows the list of mails, and what a button on a mail's page carries."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.notifications.mails import STATES, Wanted
from portal.notifications.rules import messages
from portal.web.fields import SelectChoice


def _all_or(values: Iterable[str]) -> list[SelectChoice]:
    """Their words stand in templates/admin/mails/_words.html."""
    return [SelectChoice(value, value) for value in ("", *values)]


class WantedForm(FlaskForm):
    class Meta:
        # It only reads, and its address can be kept and passed on.
        csrf = False

    state = SelectField(_l("状態"), choices=_all_or(STATES), default="")
    message = SelectField(_l("メール"), choices=_all_or([*messages.MESSAGES, messages.TEST]), default="")
    recipient = StringField(_l("宛先のアドレス"), validators=[Length(max=254)])
    since = DateField(_l("いつから"), validators=[Optional()])
    until = DateField(_l("いつまで"), validators=[Optional()])

    @property
    def wanted(self) -> Wanted:
        """What could not be read does not narrow."""
        said = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        return Wanted(**said)


class SeenForm(FlaskForm):
    attempts = IntegerField(validators=[InputRequired()])
    """How often it had been tried when the page was shown."""
