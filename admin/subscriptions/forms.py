"""Forms for what staff change about a subscription, a small one a thing. Fields are named as the columns they set."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.models import Subscription
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule.cycles import ORDINALS, PARTS, Cycle, CycleError, CycleKind
from portal.values.points import PointsUse
from portal.web.fields import NumberField, SelectChoice, VersionField, put_beside, tidied, tidied_lines
from portal.words.cycle import CYCLE_KINDS
from portal.words.days import WEEKDAYS
from portal.words.fields import FIELDS, POINTS_USES


def text(label: Any) -> StringField:
    return StringField(label, filters=[tidied])


def on_day(label: Any) -> DateField:
    return DateField(label, validators=[Optional()])


class ChangeForm(FlaskForm):
    """A form that changes a subscription; `version` is the subscription's when the form was opened."""

    version = VersionField()

    # Columns that always have a value: an empty field is a mistake, not a change.
    NEEDED: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """Make the form from the subscription as it stands, whatever the request carries."""
        return cls(formdata=None, data=cls.values(subscription))

    @classmethod
    def values(cls, subscription: Subscription) -> dict[str, Any]:
        columns = Subscription.__table__.columns
        return {column.key: getattr(subscription, column.key) for column in columns}

    def columns(self) -> list[Field]:
        return [field for field in self if field.name in Wanted.__annotations__]

    def wanted(self) -> Wanted:
        """Return what a valid form sets. Raise RefusedError if a number or day that has to be there is empty."""
        said = {field.name: field.data for field in self.columns()}
        for name in self.NEEDED:
            if said[name] is None:
                raise RefusedError(Refusal.REQUIRED, name)
        return cast(Wanted, said)

    def manner(self) -> Manner:
        return Manner()

    def refuse(self, path: str, sentence: str) -> bool:
        """Say it beside the field that `path` (of a RefusedError) names; return False if there is none."""
        return put_beside(self, path, sentence)


class CycleForm(ChangeForm):
    kind = SelectField(_l("お届け間隔"), choices=[SelectChoice(kind, words) for kind, words in CYCLE_KINDS.items()])
    n = NumberField(_l("◯に入る数（日・週・か月）"))
    day = NumberField(_l("何日（31は末日）"))
    nth = SelectField(
        _l("第何"), choices=[SelectChoice(str(nth), _l("第%(nth)s", nth=nth)) for nth in range(1, len(ORDINALS) + 1)]
    )
    weekday = SelectField(_l("曜日"), choices=[SelectChoice(str(place), words) for place, words in enumerate(WEEKDAYS)])
    cycle_fixed = BooleanField(_l("この間隔に固定する（外すと、商品ごとの間隔が使われます）"))
    cycle_from = RadioField(
        _l("間隔を変えるときの起算日"),
        choices=[
            SelectChoice("delivery", _l("次回のお届け日から（次回の日は変わりません）")),
            SelectChoice("today", _l("今日から")),
        ],
        default="delivery",
    )
    next_delivery_on = on_day(FIELDS["next_delivery_on"])
    lasting = RadioField(
        _l("お届け日を変えるのは"),
        choices=[
            SelectChoice("once", _l("今回のみ（以降はこれまでどおり）")),
            SelectChoice("on", _l("今回以降すべて")),
        ],
        default="once",
    )
    next_ship_on = on_day(FIELDS["next_ship_on"])
    in_step = BooleanField(_l("お届け日と発送日を、一緒に動かす"), default=True)
    next_creation_on = on_day(FIELDS["next_creation_on"])

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
        """Return the cycle of the parts that its kind has. Raise RefusedError if one is missing or out of range."""
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
    buyer_name = text(FIELDS["buyer_name"])
    buyer_kana = text(FIELDS["buyer_kana"])
    phone = text(FIELDS["phone"])
    email = text(FIELDS["email"])
    postcode = text(FIELDS["postcode"])
    prefecture = text(FIELDS["prefecture"])
    address = text(FIELDS["address"])
    customer_number = text(FIELDS["customer_number"])


class FeesForm(ChangeForm):
    shipping_fee = NumberField(_l("送料（円）"))
    cool_fee = NumberField(_l("クール便（円）"))
    payment_fee = NumberField(_l("決済手数料（円）"))
    perk_free_shipping = BooleanField(_l("特典で送料を無料にする"))
    perk_off = NumberField(_l("特典で送料から引く額（円）"))
    coupon_code = text(FIELDS["coupon_code"])
    coupon = NumberField(_l("クーポンで毎回引く額（円）"))
    points_use = SelectField(
        _l("ポイント"),
        choices=[SelectChoice(use.value, words) for use, words in POINTS_USES.items()],
        coerce=lambda value: PointsUse(value) if value in set(PointsUse) else value,
    )
    points_each = NumberField(_l("使うポイント（次回だけ・毎回のとき）"))
    points_balance = NumberField(FIELDS["points_balance"])
    points_expire_on = on_day(FIELDS["points_expire_on"])

    NEEDED = ("shipping_fee", "cool_fee", "payment_fee", "perk_off", "coupon", "points_each", "points_balance")


class NotesForm(ChangeForm):
    note_1 = TextAreaField(FIELDS["note_1"], filters=[tidied_lines])
    note_2 = TextAreaField(FIELDS["note_2"], filters=[tidied_lines])
    memo = TextAreaField(_l("メモ（お客さまには見えません）"), filters=[tidied_lines])


class CountsForm(ChangeForm):
    cycle_number = NumberField(_l("次は何回目"))
    remaining_orders = NumberField(_l("残りの自動注文（空なら終わりなし）"))
    recalculate = BooleanField(_l("この回数で、次回の日付を計算し直す"))

    NEEDED = ("cycle_number",)

    def manner(self) -> Manner:
        return Manner(recalculate=self.recalculate.data)
