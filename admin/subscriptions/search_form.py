"""Filters of the list of subscriptions; the address of the page keeps them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput

from admin.ground.search_form import PeriodForm
from portal.clock import now
from portal.models import SubscriptionLabel
from portal.subscriptions.overview.search import LONGEST, By, Filters
from portal.subscriptions.schedule.cycles import CycleKind
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState
from portal.web.fields import SelectChoice
from portal.words.cycle import CYCLE_KINDS

DELETED = "deleted"
"""Choice beside the states: deleted subscriptions."""
WITHOUT_WORDS = "-"
"""Choice of an empty payment method, which nobody wrote down."""


class SubscriptionsForm(PeriodForm):
    q = StringField(_l("定期購入の検索"), validators=[Length(max=LONGEST)])
    state = SelectMultipleField(_l("状態"), option_widget=CheckboxInput())
    attention = BooleanField(_l("要対応だけ"))
    lapsed = BooleanField(_l("時間帯を指定できないもの"))
    since = DateField(_l("次回お届け（から）"), validators=[Optional()])
    until = DateField(_l("次回お届け（まで）"), validators=[Optional()])
    kind = SelectField(
        _l("お届け間隔"),
        choices=[SelectChoice("", _l("すべて")), *(SelectChoice(kind, words) for kind, words in CYCLE_KINDS.items())],
        default="",
    )
    payment = SelectField(_l("支払方法"), default="")
    label = SelectField(_l("ラベル"), default="")
    by = SelectField(
        _l("並べ方"),
        choices=[SelectChoice("", _l("新しい順")), SelectChoice(By.NEXT.value, _l("次回お届けが近い順"))],
        default="",
    )

    def offer(self, names: Mapping[str, str], payments: Sequence[str], labels: Sequence[SubscriptionLabel]) -> None:
        """Fill in the choices; an address may have been kept from when there were more."""
        self.state.choices = [
            *(SelectChoice(state.value, names[state]) for state in SubscriptionState),
            SelectChoice(DELETED, _l("削除済み")),
        ]
        ways = (SelectChoice(words or WITHOUT_WORDS, words or _l("（記載なし）")) for words in payments)
        self.payment.choices = [SelectChoice("", _l("すべて")), *ways]
        self.label.choices = [
            SelectChoice("", _l("すべて")),
            *(SelectChoice(str(label.id), label.name) for label in labels),
        ]

    @property
    def filters(self) -> Filters:
        """Return the filters of a valid form."""
        chosen = set(self.state.data or ())
        paid = self.payment.data or None
        return Filters(
            states=frozenset(SubscriptionState(state) for state in chosen - {DELETED}),
            deleted=DELETED in chosen,
            attention=self.attention.data,
            lapsed_on=tokyo_date(now()) if self.lapsed.data else None,
            since=self.since.data,
            until=self.until.data,
            kinds=frozenset({CycleKind(self.kind.data)}) if self.kind.data else frozenset(),
            payment="" if paid == WITHOUT_WORDS else paid,
            label_id=UUID(self.label.data) if self.label.data else None,
            by=By(self.by.data or By.CREATED),
        )

    @property
    def narrows(self) -> bool:
        """Return whether anything but the words and the sorting was chosen."""
        return bool(self.address.keys() - {"q", "by"})

    @property
    def narrows_further(self) -> bool:
        """Return whether anything was chosen among the filters that are folded at first."""
        return bool(self.address.keys() - {"q", "state", "attention", "lapsed"})

    @property
    def address(self) -> dict[str, Any]:
        """Return the search as query parameters, for links."""
        chosen: Mapping[str, Any] = {
            "q": (self.q.data or "").strip(),
            "state": self.state.data,
            "attention": "1" if self.attention.data else "",
            "lapsed": "1" if self.lapsed.data else "",
            "since": self.since.data and self.since.data.isoformat(),
            "until": self.until.data and self.until.data.isoformat(),
            "kind": self.kind.data,
            "payment": self.payment.data,
            "label": self.label.data,
            "by": self.by.data,
        }
        return {name: value for name, value in chosen.items() if value}
