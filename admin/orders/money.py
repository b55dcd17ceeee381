"""入金と返金: entering what was paid and given back for an order by hand, and withdrawing a mistake."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import abort, flash, g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.orders.scope import SeenForm, act, lock_order, require_order, stale_words, to_order
from admin.settings.words import rate_name
from portal.clock import now
from portal.extensions import db
from portal.models import MoneyMovement, Order
from portal.payments.movements import Entry, EntryRefusal, enter, movements_of, withdraw
from portal.payments.rules.balance import Kind
from portal.receipts.drafting import settlement_of
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.roles import Role
from portal.web.fields import PaidBackField, TypedDayField, YenField, put_beside, tidied

Page = str | tuple[str, int] | Response
_SHORT = Length(max=100, message=_l("長すぎます。100文字までにしてください。"))
_LINE = Length(max=200, message=_l("長すぎます。200文字までにしてください。"))
_SAID = {
    EntryRefusal.DAY: ("moved_on", _l("注文の日から今日までの日にしてください。")),
    EntryRefusal.TOO_MUCH: ("amount", _l("ご注文の金額（返金済みを除く）を超えています。")),
}
"""Field and sentence by what was refused."""


class MoneyForm(SeenForm):
    entry_key = HiddenField()

    kind: Kind

    @property
    def key(self) -> UUID:
        return uuid_or_none(self.entry_key.data) or abort(400)

    def rates(self) -> dict[int, int]:
        """Return rate → yen that was given back; empty for a payment, or if it is not known."""
        return {}

    def amount_in_all(self) -> int:
        return int(self["amount"].data or 0)

    def entry(self) -> Entry:
        typed = {name: str(self[name].data or "") for name in ("means", "goods", "reason") if name in self}
        return Entry(self.kind, self["moved_on"].data, self.amount_in_all(), self.rates(), **typed)


class PaymentEntryForm(MoneyForm):
    kind = Kind.PAYMENT
    moved_on = TypedDayField(_l("入金日"))
    means = StringField(_l("入金の方法"), filters=[tidied], validators=[_SHORT])
    amount = YenField(_l("入金額（円）"))


class RefundEntryForm(MoneyForm):
    """A refund; of an order with several rates it is typed per rate (`rate_<percent>`), in place of `amount`."""

    kind = Kind.REFUND
    moved_on = TypedDayField(_l("返金日"))
    means = StringField(_l("返金の方法"), filters=[tidied], validators=[_SHORT])
    goods = StringField(_l("返金した商品など"), filters=[tidied], validators=[_LINE])
    reason = StringField(
        _l("返金の理由"), filters=[tidied], validators=[DataRequired(_l("返金の理由を入力してください。")), _LINE]
    )

    @property
    def by_rate(self) -> list[Field]:
        return [field for name, field in self._fields.items() if name.startswith("rate_")]

    def rates(self) -> dict[int, int]:
        if self.by_rate:
            return {int(one.name.removeprefix("rate_")): one.data for one in self.by_rate if one.data}
        only: int | None = getattr(self, "only_rate", None)
        return {only: self.amount_in_all()} if only is not None else {}

    def amount_in_all(self) -> int:
        return sum(self.rates().values()) if self.by_rate else super().amount_in_all()


class RefundPerRateForm(RefundEntryForm):
    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a refund of nothing, too."""
        if not super().validate(extra_validators):
            return False
        if self.amount_in_all():
            return True
        put_beside(self, self.by_rate[0].name, _("返金額を、どれか1つは入力してください。"))
        return False


def money_form(kind: Kind, order: Order, **data: Any) -> MoneyForm:
    """Make the form, with a field for each rate of which there is something left."""
    if kind is Kind.PAYMENT:
        return PaymentEntryForm(**data)
    left = settlement_of(g.shop, order)
    rates = [rate for rate, yen in left.bases.items() if yen] if left else []
    on = tokyo_date(order.ordered_at)
    if len(rates) > 1:
        label = _l("%(rate)sの商品の返金額（税込・円）")
        fields = {f"rate_{rate}": PaidBackField(label % {"rate": rate_name(rate, on)}) for rate in rates}
        several: type[MoneyForm] = type("OrderRefundForm", (RefundPerRateForm,), fields)
        return several(**data)
    only = rates[0] if rates else None
    single: type[MoneyForm] = type(
        "OrderRefundForm", (RefundEntryForm,), {"amount": YenField(_l("返金額（税込・円）")), "only_rate": only}
    )
    return single(**data)


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/payments/new")
@needs(Role.OPERATOR)
def new_payment(order_id: UUID) -> str:
    return _fresh(order_id, Kind.PAYMENT)


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/payments")
@needs(Role.OPERATOR)
def enter_payment(order_id: UUID) -> Page:
    return _enter(order_id, Kind.PAYMENT, _("入金を記録しました。"))


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/refunds/new")
@needs(Role.OPERATOR)
def new_refund(order_id: UUID) -> str:
    return _fresh(order_id, Kind.REFUND)


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/refunds")
@needs(Role.OPERATOR)
def enter_refund(order_id: UUID) -> Page:
    return _enter(order_id, Kind.REFUND, _("返金を記録しました。"))


@blueprint.post("/shops/<slug>/money/<uuid:movement_id>/withdrawal")
@needs(Role.OPERATOR)
def withdraw_money(movement_id: UUID) -> Response:
    row = db.session.scalar(select(MoneyMovement).filter_by(shop_id=g.shop.id, id=movement_id))
    if row is None:
        abort(404)
    return act(
        row.order_id,
        partial(_withdraw, row=row),
        done=_("記録を取り消しました。"),
        is_done=lambda _order: bool(row.withdrawn_at),
    )


def _withdraw(session: Session, order: Order, *, row: MoneyMovement, actor: str, now: Any) -> bool:
    return withdraw(session, order, row, actor=actor, now=now)


def _fresh(order_id: UUID, kind: Kind) -> str:
    order = require_order(order_id)
    known = {"moved_on": tokyo_date(now()), "means": order.payment_method, "entry_key": str(uuid4())}
    return _page(order, money_form(kind, order, formdata=None, **known))


def _enter(order_id: UUID, kind: Kind, done: str) -> Page:
    order = lock_order(order_id)
    form = money_form(kind, order)
    if not form.validate():
        return _page(order, form), 422
    if form.is_stale(order) and not any(one.entry_key == form.key.hex for one in movements_of(db.session, order)):
        return _page(order, form, stale=stale_words(order, form)), 409
    outcome = enter(db.session, order, form.entry(), entry_key=form.key, actor=staff_actor(), now=now())
    if isinstance(outcome, EntryRefusal):
        name, sentence = _SAID[outcome]
        put_beside(form, name if name in form else form.by_rate[0].name, str(sentence))
        return _page(order, form), 422
    db.session.commit()
    flash(done, "good")
    return to_order(order.id, "payment-title")


def _page(order: Order, form: MoneyForm, stale: str = "") -> str:
    form.show(order)
    return render_template("admin/orders/money.html", order=order, form=form, stale=stale)
