"""A mail text as staff type it."""

from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from portal.models import MailText
from portal.notifications.rules.texts import Text, tidy


class MailTextForm(FlaskForm):
    """Its mistakes are judged by `text_rules.problems`: they have lines and names."""

    subject = StringField(_l("件名"))
    body = TextAreaField(_l("本文"))
    order_code = StringField(_l("プレビューに使う受注コード"))
    version = IntegerField(widget=HiddenInput(), default=0)
    """Of the row that the form was made from; 0: our own words."""

    @classmethod
    def of(cls, text: Text, own: MailText | None, order_code: str) -> Self:
        seen = {"subject": text.subject, "body": text.body, "order_code": order_code}
        return cls(formdata=None, version=own.version if own else 0, **seen)

    @property
    def text(self) -> Text:
        return tidy(self.subject.data or "", self.body.data or "")

    @property
    def seen_version(self) -> int:
        return int(self.version.data or 0)
