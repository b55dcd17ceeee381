"""Asking for a file."""

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
    """Pressed twice, it asks once."""

    @property
    def once_key(self) -> UUID:
        """Raises ValueError for what no form of ours sent."""
        return UUID(self.once.data or "")
