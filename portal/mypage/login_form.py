"""What the login page asks for."""

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.models import Shop

MOST = 100


def plain(text: str | None) -> str | None:
    """Without control characters: nobody types them on purpose, and PostgreSQL refuses NUL."""
    return text and "".join(char for char in text if unicodedata.category(char) != "Cc").strip()


class LinkLoginForm(FlaskForm):
    """The order is known from the link; `typed` is the name or the phone."""

    typed = StringField(
        filters=[plain],
        validators=[
            DataRequired(_l("お名前を入力してください。")),
            Length(max=MOST, message=_l("長すぎるようです。お名前だけを入力してください。")),
        ],
        label=_l("お名前"),
    )


class LinkPhoneForm(FlaskForm):
    typed = StringField(
        filters=[plain],
        validators=[
            DataRequired(_l("電話番号を入力してください。")),
            Length(max=MOST, message=_l("長すぎるようです。電話番号だけを入力してください。")),
        ],
        label=_l("電話番号"),
    )


class _WithCode(FlaskForm):
    code = StringField(
        filters=[plain],
        validators=[
            DataRequired(_l("ご注文番号を入力してください。")),
            Length(max=MOST, message=_l("長すぎるようです。ご注文番号だけを入力してください。")),
        ],
        label=_l("ご注文番号"),
    )


class CodeLoginForm(_WithCode, LinkLoginForm):
    """Order code and name."""


class CodePhoneForm(_WithCode, LinkPhoneForm):
    """Order code and phone."""


def login_form(shop: Shop, *, with_code: bool) -> Any:
    if shop.login_element == "phone":
        return CodePhoneForm() if with_code else LinkPhoneForm()
    return CodeLoginForm() if with_code else LinkLoginForm()
