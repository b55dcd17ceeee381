"""What a manager fills in about a member."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.values import emails
from portal.values.roles import Role
from portal.web.fields import SelectChoice, tidied

ROLES = (
    SelectChoice(Role.VIEWER.value, _l("閲覧（見るだけ）")),
    SelectChoice(Role.OPERATOR.value, _l("担当（領収書の発行や注文の変更もできる）")),
    SelectChoice(Role.MANAGER.value, _l("管理者（設定・担当者・書き出しもできる）")),
)
SHORT = {Role.VIEWER: _l("閲覧"), Role.OPERATOR: _l("担当"), Role.MANAGER: _l("管理者")}


def is_address(_form: FlaskForm, field: StringField) -> None:
    if not emails.is_address(field.data or ""):
        raise ValidationError(_l("メールアドレスの形になっていないようです。もう一度お確かめください。"))


class RoleForm(FlaskForm):
    """`was`: the role that the form was filled in over."""

    role = RadioField(_l("できること"), choices=ROLES, default=Role.OPERATOR.value)
    was = HiddenField()


class InviteForm(FlaskForm):
    name = StringField(
        _l("お名前"),
        filters=[tidied],
        validators=[
            DataRequired(_l("お名前を入力してください。")),
            Length(max=100, message=_l("長すぎます。100文字までにしてください。")),
        ],
    )
    email = StringField(
        _l("メールアドレス"),
        filters=[tidied],
        validators=[DataRequired(_l("メールアドレスを入力してください。")), is_address],
    )
    role = RadioField(_l("できること"), choices=ROLES, default=Role.OPERATOR.value)
