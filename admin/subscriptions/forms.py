"""What staff fill in about a subscription: a small form a thing. Fields are named as the columns they set."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from admin.subscription_settings.form import NumberField
from admin.subscription_settings.words import CYCLES, WEEKDAYS
from admin.subscriptions.words import POINTS
from portal.models import Subscription
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule.cycles import ORDINALS, PARTS, Cycle, CycleError, CycleKind
from portal.subscriptions.schedule.cycles import WEEKDAYS as WEEKDAY_KEYS
from portal.values.points import PointsUse
from portal.web.choices import SelectChoice
from portal.web.typed import plain, plain_lines


def tidied(text: str | None) -> str:
    return plain(text) or ""


def tidied_lines(text: str | None) -> str:
    return plain_lines(text) or ""


def text(label: Any) -> StringField:
    return StringField(label, filters=[tidied])


def on_day(label: Any) -> DateField:
    return DateField(label, validators=[Optional()])


def choice(value: Any, label: Any) -> Any:
    return SelectChoice(value, label)


class ChangeForm(FlaskForm):
    """`version`: of the subscription when the form was opened."""

    version = IntegerField(widget=HiddenInput())

    # What is always set; an empty number of these is a mistake, not a change.
    NEEDED: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """As it stands, whatever the request carries."""
        return cls(formdata=None, data=cls.values(subscription))

    @classmethod
    def values(cls, subscription: Subscription) -> dict[str, Any]:
        columns = Subscription.__table__.columns
        return {column.key: getattr(subscription, column.key) for column in columns}

    def columns(self) -> list[Field]:
        return [field for field in self if field.name in Wanted.__annotations__]

    def wanted(self) -> Wanted:
        """Of a valid form; RefusedError as the verbs. An empty number or day that has to be there says nothing."""
        said = {field.name: field.data for field in self.columns()}
        for name in self.NEEDED:
            if said[name] is None:
                raise RefusedError(Refusal.REQUIRED, name)
        return cast(Wanted, said)

    def manner(self) -> Manner:
        return Manner()

    def refuse(self, path: str, sentence: str) -> bool:
        """Beside the field that `path` names; False: there is none, and it has to be said above."""
        field = self._fields.get(path)
        if field is None or isinstance(field.widget, HiddenInput):
            return False
        field.errors = [*field.errors, sentence]
        return True


class CycleForm(ChangeForm):
    kind = SelectField(_l("お届けの間隔"), choices=[choice(kind, words) for kind, words in CYCLES.items()])
    n = NumberField(_l("いくつごと"))
    day = NumberField(_l("何日（31は末日）"))
    nth = SelectField(
        _l("第何"), choices=[choice(str(nth), _l("第%(nth)s", nth=nth)) for nth in range(1, len(ORDINALS) + 1)]
    )
    weekday = SelectField(
        _l("曜日"), choices=[choice(str(place), WEEKDAYS[key]) for place, key in enumerate(WEEKDAY_KEYS)]
    )
    cycle_fixed = BooleanField(_l("この間隔に固定する（外すと、商品ごとの間隔が使われます）"))
    cycle_from = RadioField(
        _l("間隔を変えるときの数えはじめ"),
        choices=[
            choice("delivery", _l("次回のお届け日から（次回の日は変わりません）")),
            choice("today", _l("今日から")),
        ],
        default="delivery",
    )
    next_delivery_on = on_day(_l("次回のお届け日"))
    lasting = RadioField(
        _l("お届け日を変えるのは"),
        choices=[
            choice("once", _l("今回だけ（その次からは、もとの日にもどります）")),
            choice("on", _l("これからずっと")),
        ],
        default="once",
    )
    next_ship_on = on_day(_l("次回の発送日"))
    in_step = BooleanField(_l("お届け日と発送日を、いっしょに動かす"), default=True)
    next_creation_on = on_day(_l("注文を作る日"))

    NEEDED = ("next_delivery_on", "next_ship_on", "next_creation_on")

    @classmethod
    def values(cls, subscription: Subscription) -> dict[str, Any]:
        cycle = Cycle.parse(subscription.cycle)
        parts = {
            "kind": cycle.kind,
            "n": cycle.n,
            "day": cycle.day,
            "nth": str(cycle.nth or 1),
            "weekday": str(cycle.weekday or 0),
        }
        return super().values(subscription) | parts

    def wanted(self) -> Wanted:
        return cast(Wanted, {**super().wanted(), "cycle": str(self._cycle())})

    def manner(self) -> Manner:
        return Manner(
            from_now_on=self.lasting.data == "on",
            in_step=self.in_step.data,
            cycle_from="today" if self.cycle_from.data == "today" else "delivery",
        )

    def _cycle(self) -> Cycle:
        """Of what was typed only that counts which the kind has."""
        kind = CycleKind(self.kind.data)
        typed: Mapping[str, int | None] = {
            "day": self.day.data,
            "nth": int(self.nth.data),
            "weekday": int(self.weekday.data),
        }
        try:
            return Cycle(kind, self.n.data or 0, **{part: typed[part] for part in PARTS[kind]})
        except (CycleError, TypeError) as error:
            wrong = error.code if isinstance(error, CycleError) else "day"
            raise RefusedError(Refusal.OUT_OF_RANGE, wrong) from error


class BuyerForm(ChangeForm):
    buyer_name = text(_l("お名前"))
    buyer_kana = text(_l("お名前（カナ）"))
    phone = text(_l("電話番号"))
    email = text(_l("メールアドレス"))
    postcode = text(_l("郵便番号"))
    prefecture = text(_l("都道府県"))
    address = text(_l("住所"))
    customer_number = text(_l("会員番号"))


class FeesForm(ChangeForm):
    shipping_fee = NumberField(_l("送料（円）"))
    cool_fee = NumberField(_l("クール便（円）"))
    payment_fee = NumberField(_l("決済手数料（円）"))
    perk_free_shipping = BooleanField(_l("特典で送料を無料にする"))
    perk_off = NumberField(_l("特典で送料から引く額（円）"))
    coupon_code = text(_l("クーポンの番号"))
    coupon = NumberField(_l("クーポンで毎回引く額（円）"))
    points_use = SelectField(
        _l("ポイント"),
        choices=[choice(use.value, words) for use, words in POINTS.items()],
        coerce=lambda value: PointsUse(value) if value in set(PointsUse) else value,
    )
    points_each = NumberField(_l("使うポイント（次回だけ・毎回のとき）"))
    points_balance = NumberField(_l("ポイントの残高"))
    points_expire_on = on_day(_l("ポイントの期限"))

    NEEDED = ("shipping_fee", "cool_fee", "payment_fee", "perk_off", "coupon", "points_each", "points_balance")


class NotesForm(ChangeForm):
    note_1 = TextAreaField(_l("備考1"), filters=[tidied_lines])
    note_2 = TextAreaField(_l("備考2"), filters=[tidied_lines])
    memo = TextAreaField(_l("メモ（お客さまには見えません）"), filters=[tidied_lines])


class CountsForm(ChangeForm):
    cycle_number = NumberField(_l("次は何回目"))
    remaining_orders = NumberField(_l("残りの自動注文（空なら終わりなし）"))
    recalculate = BooleanField(_l("この回数で、次回の日付を計算し直す"))

    NEEDED = ("cycle_number",)

    def manner(self) -> Manner:
        return Manner(recalculate=self.recalculate.data)
