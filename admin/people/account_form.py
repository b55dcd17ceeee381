"""What a person may change about the own account."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.web.fields import tidied


class NameForm(FlaskForm):
    name = StringField(
        _l("お名前"),
        filters=[tidied],
        validators=[
            DataRequired(_l("お名前を入力してください。")),
            Length(max=100, message=_l("長すぎます。100文字までにしてください。")),
        ],
    )
