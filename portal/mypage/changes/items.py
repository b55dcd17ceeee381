"""Forms of the items in each delivery, and of the points that it is paid with."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Field, RadioField, SelectField, ValidationError

from portal.extensions import db
from portal.models import OfferedItem, Subscription
from portal.mypage.changes.form import BuyersForm
from portal.subscriptions.changes import choices as choosing
from portal.subscriptions.changes.choices import Offer
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record import items
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.items import Item
from portal.subscriptions.rules.allowances import Change
from portal.values.money import format_yen
from portal.values.points import PointsUse
from portal.web.fields import CountField, SelectChoice
from portal.web.look import day_text
from portal.words.fields import POINTS_USES

MOST_PIECES = 99
MOST_ADDED = 10
KEEP, REMOVE = "keep", "remove"


class PointsForm(BuyersForm):
    change = Change.POINTS
    template = "mypage/changes/_points.html"
    follows = False
    instead = "mypage/changes/_points_now.html"

    points_use = RadioField(_l("ポイントの利用方法"))
    points_each = CountField(_l("1回に利用するポイント"))

    def prepare(self) -> None:
        row = self.subscription
        self.uses = choosing.points_uses(row.points_balance, row.points_expire_on, row.next_creation_on)
        self.points_use.choices = [SelectChoice(use.value, POINTS_USES[use]) for use in self.uses]
        self.is_expiring = row.points_balance > 0 and len(self.uses) == 1
        self.expires = day_text(row.points_expire_on) if row.points_expire_on else ""

    @property
    def has_choice(self) -> bool:
        return len(self.uses) > 1 or self.subscription.points_use != PointsUse.NONE

    def fill(self, subscription: Subscription) -> None:
        self.points_use.data = str(PointsUse(subscription.points_use))
        self.points_each.data = subscription.points_each or None

    def validate_points_each(self, field: CountField) -> None:
        if not self._asks_number:
            field.errors = []
            return
        balance = self.subscription.points_balance
        if field.data is None or not 1 <= field.data <= balance:
            raise ValidationError(_("1から%(most)sまでの数字を入力してください。", most=f"{balance:,}"))

    def proposal(self, subscription: Subscription) -> Proposal:
        wanted = Wanted(points_use=PointsUse(self.points_use.data))
        if self._asks_number:
            wanted["points_each"] = self.points_each.data or 0
        return Proposal(self.change, wanted)

    @property
    def _asks_number(self) -> bool:
        return self.points_use.data in (PointsUse.NEXT, PointsUse.ALWAYS)


@dataclass(frozen=True)
class Row:
    """Item that the buyer may change."""

    place: int
    """Index in the subscription's list, from 0."""
    item: Item
    is_bound: bool
    quantity: Field
    become: Field | None
    """Choice of KEEP, REMOVE, or the product code of what takes its place; None if the item is bound to stay."""


@dataclass(frozen=True)
class Addition:
    offer: Offer
    quantity: Field


class ItemsForm(BuyersForm):
    """Form of the items. A field is named after its product, not its place: what was typed never moves to another."""

    change = Change.ITEMS
    template = "mypage/changes/_items.html"

    def prepare(self) -> None:
        self.items = items.of(self.subscription)
        self.offers = choosing.not_yet_in(_offers(self.subscription), self.items)
        self.rows = list(self._rows())
        self.additions = [Addition(offer, self._addition(offer)) for offer in self.offers]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        seen = {item.product_code for item in self._kept() if item.product_code}
        chosen = [(row.become, row.become.data) for row in self.rows if row.become and row.become.data in self._codes()]
        chosen += [(one.quantity, one.offer.product_code) for one in self.additions if one.quantity.data != "0"]
        for field, code in chosen:
            if code in seen:
                field.errors = [*field.errors, _("同じ商品が重複しています。1つだけ選び、数量を増やしてください。")]
                is_valid = False
            seen.add(code)
        return is_valid

    def proposal(self, subscription: Subscription) -> Proposal:
        by_code = {offer.product_code: offer for offer in self.offers}
        rows = {row.place: row for row in self.rows}
        wanted: list[Item] = []
        for place, item in enumerate(self.items):
            row = rows.get(place)
            wanted += [item] if row is None else _become(row, by_code)
        added = [(one.offer, int(one.quantity.data)) for one in self.additions]
        wanted += [choosing.added(offer, quantity) for offer, quantity in added if quantity]
        return Proposal(self.change, Wanted(items=tuple(wanted)))

    def _codes(self) -> set[str]:
        return {offer.product_code for offer in self.offers}

    def _kept(self) -> list[Item]:
        return [row.item for row in self.rows if row.become is None or row.become.data == KEEP]

    def _rows(self) -> Iterator[Row]:
        seen: dict[str, int] = {}
        for place, item in enumerate(self.items):
            if not choosing.is_buyers_own(item):
                continue
            digest = _key(f"{item.product_code}\n{item.name}")
            seen[digest] = seen.get(digest, 0) + 1
            key = f"{digest}-{seen[digest]}"
            is_bound = choosing.is_bound(item, self.subscription.orders_made)
            quantity = self._bound(f"quantity-{key}", CountField(_("数量"), [_pieces(item.quantity)]), item.quantity)
            become = None if is_bound else self._bound(f"become-{key}", self._becoming(), KEEP)
            yield Row(place, item, is_bound, quantity, become)

    def _becoming(self) -> Any:
        words = {
            offer.product_code: _(
                "「%(name)s」（1個 %(price)s）に変更する", name=offer.name, price=format_yen(offer.price)
            )
            for offer in self.offers
        }
        choices = {KEEP: _("そのまま続ける"), **words, REMOVE: _("この商品を外す")}
        return SelectField(
            _("この商品について"), choices=[SelectChoice(value, label) for value, label in choices.items()]
        )

    def _addition(self, offer: Offer) -> Field:
        choices = {"0": _("追加しない"), **{str(n): _("%(n)s個追加する", n=n) for n in range(1, MOST_ADDED + 1)}}
        field = SelectField(offer.name, choices=[SelectChoice(value, label) for value, label in choices.items()])
        return self._bound(f"add-{_key(offer.product_code)}", field, "0")

    def _bound(self, name: str, unbound: Any, usual: Any) -> Field:
        """Add a field to this form, with what was typed, or with the usual value if nothing was, and return it."""
        field: Field = self.meta.bind_field(self, unbound, {"name": name, "prefix": ""})
        self._fields[name] = field
        typed = request.form if self.is_submitted() and name in request.form else None
        field.process(typed, usual)
        return field


def _become(row: Row, by_code: dict[str, Offer]) -> list[Item]:
    quantity = row.quantity.data
    chosen = KEEP if row.become is None else row.become.data
    if chosen == REMOVE:
        return []
    if chosen in by_code:
        return [choosing.swapped(row.item, by_code[chosen], quantity)]
    return [choosing.with_quantity(row.item, quantity)]


def _pieces(now: int) -> Any:
    """Return a validator of quantities up to MOST_PIECES; the current quantity is always allowed."""
    most = max(now, MOST_PIECES)

    def check(_form: Any, field: Field) -> None:
        if field.data is None and field.errors:
            return
        if field.data is None or not 1 <= field.data <= most:
            raise ValidationError(_("1から%(most)sまでの数字を入力してください。", most=most))

    return check


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def _offers(subscription: Subscription) -> list[Offer]:
    mine = select(OfferedItem).filter_by(shop_id=subscription.shop_id)
    rows = db.session.scalars(mine.order_by(OfferedItem.position, OfferedItem.id))
    return [Offer(row.product_code, row.name, row.price, row.tax_rate) for row in rows]


FORMS: tuple[type[BuyersForm], ...] = (PointsForm, ItemsForm)
