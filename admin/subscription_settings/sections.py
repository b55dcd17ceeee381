"""The sections of the subscriptions' settings, each a small form."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, SelectField, StringField

from admin.settings.declared_form import choices_of
from admin.subscription_settings.fees import FeesForm
from admin.subscription_settings.form import (
    FIELD_OF,
    CheckListField,
    PrefecturesTable,
    RulesForm,
    by_field,
    by_prefecture,
)
from admin.subscription_settings.words import WEEKDAYS
from portal.models import SubscriptionRules
from portal.subscriptions.rules.declarations import DECLARED, SLOTS
from portal.values.prefectures import PREFECTURES
from portal.web.fields import NumberField, SelectChoice, tidied
from portal.words.cycle import CYCLE_KINDS
from portal.words.states import SUBSCRIPTION_STATES

SECTIONS = (
    ("basics", _l("基本")),
    ("days", _l("日数と休み")),
    ("cycles", _l("お届け間隔・支払方法・時間帯")),
    ("fees", _l("送料・手数料")),
    ("changes", _l("お客さまの変更と解約")),
    ("numbering", _l("定期購入の番号")),
    ("mails", _l("メール")),
    ("names", _l("状態の名前")),
)
DATELESS = ("ネコポス", "ゆうパケット", "ゆうメール", "レターパック", "スマートレター", "クリックポスト", "DM便")
EMPTY_ROWS = 2


CHANGES, OFFERS = DECLARED["changes"], DECLARED["offers_before_cancelling"]


class BasicsForm(RulesForm):
    section = "basics"


# --- days ------------------------------------------------------------------------------------------------------------
class DatelessForm(Form):
    words = StringField(_l("配送方法"), filters=[tidied])
    days = NumberField(_l("営業日"))


class DaysForm(RulesForm):
    section = "days"
    transit: Any = FormField(PrefecturesTable)
    dateless: Any = FieldList(FormField(DatelessForm))
    closed_weekdays = CheckListField(
        _l(DECLARED["closed_weekdays"].label),
        choices=[SelectChoice(key, name) for key, name in WEEKDAYS.items()],
        validate_choice=False,
    )
    sample_on = StringField(_l("お届け日"))
    sample_prefecture = SelectField(
        _l("お届け先"),
        choices=[SelectChoice(name, name) for name in PREFECTURES],
        default="東京都",
        validate_choice=False,
    )

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        transit = by_field(rules.transit_days)
        words = list(dict.fromkeys([*rules.dateless_days, *DATELESS]))
        rows = [{"words": one, "days": rules.dateless_days.get(one)} for one in words]
        return super().values(rules) | {"transit": transit, "dateless": [*rows, *[{}] * EMPTY_ROWS]}

    def changes(self) -> dict[str, Any]:
        transit = by_prefecture(self.transit)
        dateless = {row.words.data: row.days.data for row in self.dateless if row.words.data}
        return super().changes() | {"transit_days": transit, "dateless_days": dateless}

    def field_of(self, path: str) -> Field | None:
        column, _dot, key = path.partition(".")
        if column == "transit_days":
            return self.transit[FIELD_OF[key]] if _dot else None
        if column == "dateless_days":
            return next((row.days for row in self.dateless if _dot and row.words.data == key), None)
        return super().field_of(path)


# --- what is on offer ------------------------------------------------------------------------------------------------
class RangeForm(Form):
    offered = BooleanField()
    least = NumberField()
    most = NumberField()


CyclesTable = type(
    "CyclesTable", (Form,), {kind: FormField(RangeForm, label=words) for kind, words in CYCLE_KINDS.items()}
)


class CyclesForm(RulesForm):
    section = "cycles"
    cycles: Any = FormField(CyclesTable)
    time_slots_refused = CheckListField(
        _l(DECLARED["time_slots_refused"].label),
        choices=[SelectChoice(words, words) for words in SLOTS],
        validate_choice=False,
    )

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        offered = rules.cycles_offered
        cycles = {kind: {"offered": True, "least": least, "most": most} for kind, (least, most) in offered.items()}
        return super().values(rules) | {"cycles": cycles}

    def changes(self) -> dict[str, Any]:
        ranges = {kind: self.cycles[kind] for kind in CYCLE_KINDS}
        offered = {kind: [row["least"].data, row["most"].data] for kind, row in ranges.items() if row["offered"].data}
        return {"cycles_offered": offered} | super().changes()

    def field_of(self, path: str) -> Field | None:
        column, dot, key = path.partition(".")
        if column == "cycles_offered":
            return self.cycles[key]["least"] if dot and key in CYCLE_KINDS else None
        return super().field_of(path)


# --- what buyers may do ----------------------------------------------------------------------------------------------
class PermitForm(Form):
    allowed = BooleanField()
    extra = NumberField()


PermitsTable = type(
    "PermitsTable",
    (Form,),
    {change: FormField(PermitForm, label=_l(words)) for change, words in CHANGES.choices.items()},
)
NO_OFFER = _l("（なし）")


def offer_field(label: Any) -> SelectField:
    return SelectField(label, choices=[SelectChoice("", NO_OFFER), *choices_of(OFFERS)], validate_choice=False)


class ChangesForm(RulesForm):
    section = "changes"
    permits: Any = FormField(PermitsTable)
    offer_1 = offer_field(_l("はじめに考えるご提案"))
    offer_2 = offer_field(_l("それができないとき"))
    offer_3 = offer_field(_l("それもできないとき"))

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        extras = {change: rules.changes.get(change, 0) for change in CHANGES.choices}
        permits = {change: {"allowed": extra is not None, "extra": extra or None} for change, extra in extras.items()}
        offers = {f"offer_{n}": offer for n, offer in enumerate(rules.offers_before_cancelling, 1)}
        return super().values(rules) | {"permits": permits} | offers

    def changes(self) -> dict[str, Any]:
        rows = {change: self.permits[change] for change in CHANGES.choices}
        allowed = {change: (row["extra"].data or 0) if row["allowed"].data else None for change, row in rows.items()}
        offers = [offer for field in (self.offer_1, self.offer_2, self.offer_3) if (offer := field.data)]
        return {"changes": allowed} | super().changes() | {"offers_before_cancelling": offers}

    def field_of(self, path: str) -> Field | None:
        column, dot, key = path.partition(".")
        if column == "changes":
            return self.permits[key]["extra"] if dot and key in CHANGES.choices else None
        return super().field_of("offer_1" if column == "offers_before_cancelling" else path)


# --- numbers, mails, names -------------------------------------------------------------------------------------------
class NumberingForm(RulesForm):
    section = "numbering"
    last_number_shown = HiddenField()

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        return super().values(rules) | {"last_number_shown": rules.last_number}

    def changes(self) -> dict[str, Any]:
        """Return the changes; the last number only if typed over, since it may have gone on by itself meanwhile."""
        changed = super().changes()
        if changed["last_number"] == self.last_shown:
            del changed["last_number"]
        return changed

    @property
    def last_shown(self) -> int | None:
        text = str(self.last_number_shown.data or "")
        return int(text) if text.isascii() and text.isdigit() else None


class MailsForm(RulesForm):
    section = "mails"


NamesTable = type(
    "NamesTable", (Form,), {state: StringField(words, filters=[tidied]) for state, words in SUBSCRIPTION_STATES.items()}
)


class NamesForm(RulesForm):
    section = "names"
    names: Any = FormField(NamesTable)

    @classmethod
    def values(cls, rules: SubscriptionRules) -> dict[str, Any]:
        return super().values(rules) | {"names": rules.status_names}

    def changes(self) -> dict[str, Any]:
        return {"status_names": {state: self.names[state].data for state in SUBSCRIPTION_STATES}}

    def field_of(self, path: str) -> Field | None:
        column, dot, key = path.partition(".")
        if column == "status_names":
            return self.names[key] if dot and key in SUBSCRIPTION_STATES else None
        return super().field_of(path)


FORMS: dict[str, type[RulesForm]] = {
    "basics": BasicsForm,
    "days": DaysForm,
    "cycles": CyclesForm,
    "fees": FeesForm,
    "changes": ChangesForm,
    "numbering": NumberingForm,
    "mails": MailsForm,
    "names": NamesForm,
}
