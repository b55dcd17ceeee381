"""Forms for skipping, pausing and resuming."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError

from portal.extensions import db
from portal.models import Subscription
from portal.mypage.changes.form import BuyersForm
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.terms import reasons
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState
from portal.web.fields import DayField, SelectChoice
from portal.web.look import day_text
from portal.web.terms import shop_frame


class SkipForm(BuyersForm):
    change = Change.SKIP


class UnskipForm(BuyersForm):
    change = Change.UNSKIP


class ResumeForm(BuyersForm):
    change = Change.RESUME

    def refuse(self, path: str, sentence: str) -> bool:
        self.needs_card = path == "card_id"
        return super().refuse(path, sentence)


class PauseForm(BuyersForm):
    change = Change.PAUSE
    template = "mypage/changes/_pause.html"

    resume_on = DayField(_l("再開日"))
    reason = SelectField(_l("一時停止の理由（任意）"))

    def prepare(self) -> None:
        of_shop = shop_frame().rules
        self.longest = of_shop.pauses_longest
        self.first = self.today + timedelta(days=1)
        since = self.subscription.suspended_at
        began = tokyo_date(since) if since and self.subscription.state == SubscriptionState.SUSPENDED else self.today
        # If the subscription rests already, the days that have passed count too.
        self.last = began + timedelta(days=self.longest) if self.longest else None
        offered = reasons.on_offer(db.session, self.subscription.shop_id, reasons.Kind.SUSPEND)
        self.reason.choices = [
            SelectChoice("", _("回答しない")),
            *(SelectChoice(one.text, one.text) for one in offered),
        ]
        if not offered:
            # The field is not drawn, so nothing is sent for it.
            del self.reason

    @property
    def has_choice(self) -> bool:
        return self.last is None or self.last >= self.first

    def fill(self, subscription: Subscription) -> None:
        self.resume_on.data = subscription.resume_on
        if "reason" in self:
            known = {value for value, *_label in self.reason.iter_choices()}
            self.reason.data = subscription.stop_reason if subscription.stop_reason in known else ""

    def validate_resume_on(self, field: DayField) -> None:
        if not field.errors:
            _refuse_resume_date(field.data, self.first, self.last)

    def proposal(self, subscription: Subscription) -> Proposal:
        reason = self.reason.data or "" if "reason" in self else ""
        return Proposal(self.change, reason=reason, resume_on=self.resume_on.data)


def _refuse_resume_date(on: date | None, first: date, last: date | None) -> None:
    if on is None and last is not None:
        raise ValidationError(_("再開日は、%(day)sまでの日から選んでください。", day=day_text(last)))
    if on is not None and on < first:
        raise ValidationError(_("再開日は、明日以降の日付にしてください。"))
    if on is not None and last is not None and on > last:
        raise ValidationError(
            _("一時停止できるのは%(day)sまでです。その日までの日を選んでください。", day=day_text(last))
        )


FORMS: tuple[type[BuyersForm], ...] = (SkipForm, UnskipForm, PauseForm, ResumeForm)
