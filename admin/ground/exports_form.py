"""The form that asks for an export."""

from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField

from portal.values.csv_text import Encoding
from portal.web.fields import SelectChoice


class ExportForm(FlaskForm):
    encoding = SelectField(
        _l("文字コード"),
        choices=[
            SelectChoice(Encoding.UTF8.value, _l("UTF-8（Excel用）")),
            SelectChoice(Encoding.CP932.value, _l("Shift_JIS（CP932）")),
        ],
        default=Encoding.UTF8.value,
    )
    once = HiddenField(default=lambda: str(uuid4()))
    """Random key of the form, so that pressing twice asks once."""

    @property
    def once_key(self) -> UUID:
        """Return the form's key. Raise ValueError if no form of ours sent it."""
        return UUID(self.once.data or "")
