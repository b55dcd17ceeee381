"""What narrows the record of what was done."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from admin.audit.words import GROUPS
from portal.models import Staff
from portal.trail import Who
from portal.web.fields import SelectChoice


class AuditForm(FlaskForm):
    class Meta:
        # It only reads, and its address can be kept and passed on.
        csrf = False

    actor = SelectField(_l("だれが"), default="")
    action = SelectField(_l("なにを"), default="")
    order_code = StringField(_l("受注コード"), validators=[Length(max=60)])
    since = DateField(_l("いつから"), validators=[Optional()])
    until = DateField(_l("いつまで"), validators=[Optional()])

    def __init__(self, typed: Any, people: Iterable[Staff]) -> None:
        super().__init__(typed)
        everything = SelectChoice("", _l("すべて"))
        kinds = {Who.BUYER: _l("購入者"), Who.JOB: _l("自動処理"), Who.CLI: _l("システム管理者")}
        named = {f"staff:{one.id}": one.name for one in people} | {kind.value: words for kind, words in kinds.items()}
        self.actor.choices = [everything, *(SelectChoice(value, words) for value, words in named.items())]
        told = ((action, words, str(noun)) for noun, group in GROUPS for action, words in group.items())
        self.action.choices = [
            everything,
            *(SelectChoice(action, words, optgroup=noun) for action, words, noun in told),
        ]

    @property
    def address(self) -> dict[str, str]:
        """Of the same search, for links."""
        return {name: str(field.raw_data[0]) for name, field in self._fields.items() if field.raw_data and field.data}
