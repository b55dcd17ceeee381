"""Forms for signing in and for choosing a password."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from portal.staff.password_rules import LONGEST
from portal.values import emails
from portal.web.fields import required_text

MOST_LETTERS = 2 * LONGEST
"""Most characters of a typed password: some keyboards send a letter and its mark as two."""


def password_field(label: str, missing: str) -> PasswordField:
    """Make a field for a password. Nothing is cut off or stripped: blanks may belong to it."""
    too_long = Length(max=MOST_LETTERS, message=_l("長すぎます。%(count)s文字までにしてください。", count=LONGEST))
    return PasswordField(label, validators=[InputRequired(missing), too_long])


def is_address(_form: FlaskForm, field: StringField) -> None:
    if not emails.is_address(field.data or ""):
        raise ValidationError(_l("メールアドレスの形になっていないようです。もう一度ご確認ください。"))


def email_field(*more: Any) -> StringField:
    return required_text(
        _l("メールアドレス"),
        _l("メールアドレスを入力してください。"),
        emails.LONGEST,
        _l("長すぎるようです。メールアドレスだけを入力してください。"),
        *more,
    )


class LoginForm(FlaskForm):
    email = email_field()
    password = password_field(_l("パスワード"), _l("パスワードを入力してください。"))


class CodeForm(FlaskForm):
    """The second step of signing in; `code` is six digits of the app, or a recovery code."""

    code = required_text(
        _l("6桁のコード"), _l("コードを入力してください。"), 40, _l("長すぎるようです。コードだけを入力してください。")
    )


class ForgottenForm(FlaskForm):
    email = email_field(is_address)


class NewPasswordForm(FlaskForm):
    new = password_field(_l("新しいパスワード"), _l("新しいパスワードを入力してください。"))
    again = PasswordField(
        _l("新しいパスワード（もう一度）"),
        validators=[EqualTo("new", _l("2つの新しいパスワードが違っています。もう一度入力してください。"))],
    )


class ChangePasswordForm(NewPasswordForm):
    old = password_field(_l("今のパスワード"), _l("今のパスワードを入力してください。"))
