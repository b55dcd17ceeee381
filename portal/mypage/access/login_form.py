"""Forms of the login page."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from portal.models import Shop
from portal.web.fields import required_text

MOST = 100


class LoginForm(FlaskForm):
    """Login form of a shop that asks for the name; `typed` is the name here, the phone in `PhoneLoginForm`."""

    typed = required_text(
        _l("お名前"), _l("お名前を入力してください。"), MOST, _l("長すぎるようです。お名前だけを入力してください。")
    )


class PhoneLoginForm(FlaskForm):
    typed = required_text(
        _l("電話番号"),
        _l("電話番号を入力してください。"),
        MOST,
        _l("長すぎるようです。電話番号だけを入力してください。"),
    )


class _Code(FlaskForm):
    code = required_text(
        _l("ご注文番号"),
        _l("ご注文番号を入力してください。"),
        MOST,
        _l("長すぎるようです。ご注文番号だけを入力してください。"),
    )


class CodeLoginForm(_Code, LoginForm):
    pass


class CodePhoneLoginForm(_Code, PhoneLoginForm):
    pass


AnyLoginForm = LoginForm | PhoneLoginForm
CodeForm = CodeLoginForm | CodePhoneLoginForm


def form_of_link(shop: Shop) -> AnyLoginForm:
    """Return the form without an order code: the link says which order it is."""
    return PhoneLoginForm() if shop.login_element == "phone" else LoginForm()


def form_with_code(shop: Shop) -> CodeForm:
    return CodePhoneLoginForm() if shop.login_element == "phone" else CodeLoginForm()
