"""Form of the delivery cycle: how often, and on which day of the month or the week."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError

from portal.models import Subscription
from portal.mypage.changes.form import BuyersForm
from portal.subscriptions.changes import choices
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.schedule.cycles import ORDINALS, Cycle, CycleError, CycleKind
from portal.web.fields import CountField, SelectChoice
from portal.web.terms import shop_frame
from portal.words.days import WEEKDAYS, ordinal

SAME = ""
"""Choice of the same day as the next delivery; the cycle then names no day of its own."""
BY_DAY, BY_WEEKDAY = "by-day", "by-weekday"
_WAYS = {
    BY_DAY: (CycleKind.MONTHS, CycleKind.MONTHS_DAY),
    BY_WEEKDAY: (CycleKind.MONTHS_NTH, CycleKind.MONTHS_NTH_WEEKDAY),
}
FEW = 8
"""Most choices that stand side by side to be pressed; more are a list to choose from."""
ENDS = (29, 30)
"""Days that some months do not have; the 31st is called the last day."""


class CycleForm(BuyersForm):
    """Form that asks first how often, then on which day, as far as the shop leaves a choice."""

    change = Change.CYCLE
    template = "mypage/changes/_cycle.html"

    every = RadioField(_l("お届け間隔"), validate_choice=False)
    days = CountField(_l("間隔（日数）"))
    way = RadioField(_l("お届け日の指定方法"), validate_choice=False)
    day = SelectField(_l("毎月の日付"), validate_choice=False)
    nth = SelectField(_l("第何週"), validate_choice=False)
    weekday = SelectField(_l("曜日"), validate_choice=False)
    weekday_of_weeks = SelectField(_l("曜日"), validate_choice=False)

    def prepare(self) -> None:
        of_shop = shop_frame().rules
        self.kinds = choices.kinds_offered(of_shop.cycles_offered, Cycle.parse(self.subscription.cycle))
        self.every.choices = [SelectChoice(value, words) for value, words in self._intervals().items()]
        if CycleKind.DAYS not in self.kinds:
            del self.days
        self._prepare_months()
        if CycleKind.WEEKS_WEEKDAY in self.kinds:
            self.weekday_of_weeks.choices = self._weekdays(CycleKind.WEEKS)
        else:
            del self.weekday_of_weeks

    @property
    def has_choice(self) -> bool:
        return bool(self.every.choices)

    @property
    def is_long(self) -> bool:
        return len(self.every.choices or ()) > FEW

    def fill(self, subscription: Subscription) -> None:
        cycle, on = Cycle.parse(subscription.cycle), subscription.next_delivery_on
        values: dict[str, Any] = {
            "every": "days:" if cycle.unit == "days" else f"{cycle.unit}:{cycle.n}",
            "days": cycle.n if cycle.unit == "days" else None,
            "way": next((way for way, kinds in _WAYS.items() if cycle.kind in kinds), BY_DAY),
            "day": self._part(CycleKind.MONTHS, cycle, cycle.day, on.day),
            "nth": str(cycle.nth or (on.day - 1) // 7 + 1),
            "weekday": self._part(CycleKind.MONTHS_NTH, cycle, cycle.weekday, on.weekday()),
            "weekday_of_weeks": self._part(CycleKind.WEEKS, cycle, cycle.weekday, on.weekday()),
        }
        for name, value in values.items():
            if name in self:
                self[name].data = value

    def proposal(self, subscription: Subscription) -> Proposal:
        return Proposal(self.change, Wanted(cycle=str(self._cycle())))

    def validate_every(self, field: RadioField) -> None:
        if field.data not in {value for value, *_rest in field.iter_choices()}:
            raise ValidationError(_("お届け間隔を選んでください。"))

    def validate_days(self, field: CountField) -> None:
        numbers = self.kinds[CycleKind.DAYS]
        if not (self.every.data or "").startswith("days:"):
            field.errors = []
        elif field.data not in numbers and not field.errors:
            raise ValidationError(
                _("%(least)s日から%(most)s日までの数字を入力してください。", least=numbers[0], most=numbers[-1])
            )

    def _cycle(self) -> Cycle:
        unit, _colon, number = (self.every.data or "").partition(":")
        if unit == "days":
            return Cycle(CycleKind.DAYS, self.days.data or 0)
        kind, parts = self._kind_of_weeks() if unit == "weeks" else self._kind_of_months()
        if int(number) not in self.kinds.get(kind, ()):
            raise RefusedError(Refusal.CYCLE, "every")
        try:
            return choices.cycle_of(kind, int(number), parts)
        except CycleError as error:
            raise RefusedError(Refusal.CYCLE, "every") from error

    def _kind_of_weeks(self) -> tuple[CycleKind, Mapping[str, int | None]]:
        chosen = _number(self.weekday_of_weeks.data) if "weekday_of_weeks" in self else None
        return (CycleKind.WEEKS if chosen is None else CycleKind.WEEKS_WEEKDAY), {"weekday": chosen}

    def _kind_of_months(self) -> tuple[CycleKind, Mapping[str, int | None]]:
        way = (self.way.data if "way" in self else None) or (BY_DAY if "day" in self else BY_WEEKDAY)
        if way == BY_WEEKDAY and "nth" in self:
            weekday = _number(self.weekday.data) if "weekday" in self else None
            kind = CycleKind.MONTHS_NTH if weekday is None else CycleKind.MONTHS_NTH_WEEKDAY
            return kind, {"nth": _number(self.nth.data), "weekday": weekday}
        on = _number(self.day.data) if "day" in self else None
        return (CycleKind.MONTHS if on is None else CycleKind.MONTHS_DAY), {"day": on}

    def _intervals(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, numbers in self.kinds.items():
            if kind is CycleKind.DAYS:
                continue
            for n in numbers:
                found[f"{kind.unit}:{n}"] = _every(kind.unit, n)
        ordered = dict(sorted(found.items(), key=lambda one: (one[0].split(":")[0], int(one[0].split(":")[1]))))
        if CycleKind.DAYS in self.kinds:
            ordered["days:"] = _("日数で指定する")
        return ordered

    def _prepare_months(self) -> None:
        if CycleKind.MONTHS_DAY in self.kinds:
            same = [SelectChoice(SAME, _("次回と同じ日"))] if CycleKind.MONTHS in self.kinds else []
            self.day.choices = [*same, *(SelectChoice(str(number), _day_words(number)) for number in range(1, 32))]
        else:
            del self.day
        if self.kinds.keys() & set(_WAYS[BY_WEEKDAY]):
            nths = range(1, len(ORDINALS) + 1)
            self.nth.choices = [SelectChoice(str(nth), _("第%(nth)s", nth=ordinal(nth).capitalize())) for nth in nths]
        else:
            del self.nth
        if CycleKind.MONTHS_NTH_WEEKDAY in self.kinds:
            self.weekday.choices = self._weekdays(CycleKind.MONTHS_NTH)
        else:
            del self.weekday
        if all(self.kinds.keys() & set(kinds) for kinds in _WAYS.values()):
            self.way.choices = [
                SelectChoice(BY_DAY, _("日付で指定する（毎月15日など）")),
                SelectChoice(BY_WEEKDAY, _("曜日で指定する（第2土曜日など）")),
            ]
        else:
            del self.way

    def _weekdays(self, same: CycleKind) -> list[Any]:
        first = [SelectChoice(SAME, _("次回と同じ曜日"))] if same in self.kinds else []
        return [*first, *(SelectChoice(str(number), words) for number, words in enumerate(WEEKDAYS))]

    def _part(self, same: CycleKind, cycle: Cycle, part: int | None, of_next: int) -> str:
        """Return the choice for the cycle's day or weekday; if it names none, SAME or that of the next delivery."""
        if part is None and cycle.kind is same and same in self.kinds:
            return SAME
        return str(of_next if part is None else part)


def _number(chosen: str | None) -> int | None:
    return int(chosen) if chosen and chosen.isascii() and chosen.isdigit() else None


def _every(unit: str, n: int) -> str:
    if unit == "months":
        return str(_("毎月") if n == 1 else _("%(n)sか月ごと", n=n))
    return str(_("毎週") if n == 1 else _("%(n)s週間ごと", n=n))


def _day_words(number: int) -> str:
    if number == max(range(1, 32)):
        return str(_("末日"))
    return str(_("%(day)s日（ない月は末日）", day=number) if number in ENDS else _("%(day)s日", day=number))


FORMS: tuple[type[BuyersForm], ...] = (CycleForm,)
