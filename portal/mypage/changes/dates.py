"""Forms of the next delivery's day and of the time of day."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError

from portal.extensions import db
from portal.models import Subscription
from portal.mypage.changes.form import BuyersForm
from portal.shipments.rules import carriers
from portal.subscriptions.changes import choices
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import timing_of
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.schedule.cycles import Cycle, CycleKind
from portal.web.fields import DayField, SelectChoice
from portal.web.look import day_text
from portal.web.terms import shop_frame
from portal.words.cycle import cycle_words
from portal.words.slot import slot_as_shown


class NextDateForm(BuyersForm):
    change = Change.NEXT_DATE
    template = "mypage/changes/_next_date.html"

    next_delivery_on = DayField(_l("次回のお届け日"))
    lasting = RadioField(_l("それ以降のお届け"), default="once")

    def prepare(self) -> None:
        of_shop = shop_frame().rules
        self.window = choices.window(
            timing_of(db.session, self.subscription, shop_frame()),
            self.today,
            window_days=of_shop.date_window_days,
            extra_days=of_shop.changes.get(self.change) or 0,
        )
        self.lasting.choices = [
            SelectChoice("once", self._once()),
            SelectChoice("on", _("この日以降のお届けも、すべてこの日に合わせる")),
        ]

    @property
    def has_choice(self) -> bool:
        return self.window.is_open

    def _once(self) -> str:
        on, cycle = day_text(self.subscription.next_delivery_on), Cycle.parse(self.subscription.cycle)
        if not self.subscription.cycle_fixed or cycle.kind in (CycleKind.MONTHS, CycleKind.MONTHS_NTH):
            # Their words are 前回と同じ日: read here, that would be the day that is being chosen.
            return str(_("%(day)sのお届けだけ変更する（その後はこれまでどおり）", day=on))
        words = _("%(day)sのお届けだけ変更する（その後はこれまでどおり%(cycle)s）", day=on, cycle=cycle_words(cycle))
        return str(words)

    def fill(self, subscription: Subscription) -> None:
        self.next_delivery_on.data = subscription.next_delivery_on

    def validate_next_delivery_on(self, field: DayField) -> None:
        on = field.data
        if field.errors or on == self.subscription.next_delivery_on:
            return
        if on is None:
            raise ValidationError(_("お届け日を選んでください。"))
        if on < self.window.first:
            raise ValidationError(
                _(
                    "この日にはお届けが間に合いません。%(day)s以降の日を選んでください。",
                    day=day_text(self.window.first),
                )
            )
        if on > self.window.last:
            raise ValidationError(_("%(day)sまでの日を選んでください。", day=day_text(self.window.last)))

    def proposal(self, subscription: Subscription) -> Proposal:
        on = self.next_delivery_on.data
        assert on is not None
        wanted = Wanted(next_delivery_on=on)
        lasts = self.lasting.data == "on"
        if lasts and subscription.cycle_fixed:
            wanted["cycle"] = str(choices.through(Cycle.parse(subscription.cycle), on))
        return Proposal(self.change, wanted, Manner(from_now_on=lasts))


class TimeSlotForm(BuyersForm):
    change = Change.TIME_SLOT
    template = "mypage/changes/_time_slot.html"
    follows = False

    time_slot = RadioField(_l("お届け時間帯"))

    def prepare(self) -> None:
        subscription = self.subscription
        on = max(self.today, subscription.next_ship_on)
        slots = shop_frame().slots.offered(subscription.carrier, subscription.delivery_method, on)
        offered = (SelectChoice(words, slot_as_shown(words, subscription.carrier)) for words in slots)
        self.time_slot.choices = [SelectChoice("", _("指定なし")), *offered]

    @property
    def has_choice(self) -> bool:
        return len(self.time_slot.choices or ()) > 1

    def fill(self, subscription: Subscription) -> None:
        self.time_slot.data = carriers.slot_words(subscription.carrier, subscription.time_slot)

    def proposal(self, subscription: Subscription) -> Proposal:
        chosen = self.time_slot.data or ""
        # 14:00-16:00 from a file is the same as 14時〜16時 here: what is stored stays as it is.
        is_same = chosen == carriers.slot_words(subscription.carrier, subscription.time_slot)
        return Proposal(self.change, Wanted() if is_same else Wanted(time_slot=chosen))


FORMS: tuple[type[BuyersForm], ...] = (NextDateForm, TimeSlotForm)
