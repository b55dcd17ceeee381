"""What a buyer may say with a cancellation, and what the last page before it carries along."""

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import Length

from portal.access import requests
from portal.extensions import db
from portal.mypage.subscriptions.loader import Reached
from portal.subscriptions.terms import reasons
from portal.subscriptions.terms.reasons import Kind
from portal.web.fields import SelectChoice, tidied


class CancelForm(FlaskForm):
    reason = RadioField(_l("よろしければ、理由を教えてください（任意）"), validate_choice=False)
    reply_to = StringField(
        _l("ご返事先（電話番号またはメールアドレス）"),
        filters=[tidied],
        validators=[Length(max=254, message=_l("長すぎるようです。電話番号かメールアドレスだけを入力してください。"))],
    )
    version = IntegerField()
    takes_effect = BooleanField()
    once = HiddenField()

    def __init__(self, reached: Reached, *, is_proved: bool, **more: Any) -> None:
        super().__init__(**more)
        offered = [reason.text for reason in reasons.on_offer(db.session, g.shop.id, Kind.CANCEL)]
        self.reason.choices = [SelectChoice(text, text) for text in offered] + [SelectChoice("", _l("答えない"))]
        self._offered = offered
        self.asks_where_to = not is_proved
        self.is_reachable = requests.is_reachable(reached.order, reached.subscription)

    @property
    def has_reasons(self) -> bool:
        return bool(self._offered)

    @property
    def said_reason(self) -> str:
        """One that is no longer on offer counts as none: a reason holds nobody up."""
        return self.reason.data if self.reason.data in self._offered else ""

    def validate_reply_to(self, field: StringField) -> None:
        if self.asks_where_to and not self.is_reachable and not field.data:
            raise ValidationError(str(_l("お店からご返事する電話番号かメールアドレスを入力してください。")))
