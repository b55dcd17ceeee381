"""Forms about a subscription whose choices are rows of the database, or that have rows themselves."""

from collections.abc import Sequence
from typing import Any, Self, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField

from admin.subscriptions.forms import ChangeForm, text
from portal.clock import now
from portal.extensions import db
from portal.importing.reading import cycle_cells
from portal.importing.reading.cells import CellError
from portal.models import ListedAddress, Shop, Subscription
from portal.payments import cards
from portal.payments.rules.wallets import Way, way_of
from portal.shipments.rules.carrier_table import CARRIERS
from portal.subscriptions.changes import addresses
from portal.subscriptions.record import items
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.items import Item
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.web.fields import NumberField, SelectChoice
from portal.web.terms import shop_frame
from portal.words.cycle import cycle_words
from portal.words.fields import FIELDS

BLANK_ROWS = 3


class OfferingForm(ChangeForm):
    """A form whose choices are of this shop and this buyer."""

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        form = super().of(subscription)
        form.offer(subscription)
        return form

    @classmethod
    def typed(cls, subscription: Subscription) -> Self:
        form = cls()
        form.offer(subscription)
        return form

    def offer(self, subscription: Subscription) -> None: ...


class PaymentForm(OfferingForm):
    payment_method = SelectField(FIELDS["payment_method"])
    card_id = SelectField(_l("カード"), coerce=uuid_or_none)
    wallet_agreement = text(FIELDS["wallet_agreement"])
    instalments = NumberField(FIELDS["instalments"])
    payment_fee = NumberField(_l("決済手数料（円）"))

    NEEDED = ("instalments", "payment_fee")

    def offer(self, subscription: Subscription) -> None:
        offered = shop_frame().rules.payment_methods
        self.payment_method.choices = [
            SelectChoice(words, words or _l("（記載なし）")) for words in _with(offered, subscription.payment_method)
        ]
        mine = (
            cards.of_buyer(db.session, subscription.shop_id, subscription.email_key) if subscription.email_key else ()
        )
        self.card_id.choices = [
            SelectChoice("", _l("なし")),
            *(
                SelectChoice(
                    str(card.id),
                    _l(
                        "%(brand)s 下4桁 %(last4)s（%(expires)sまで）",
                        brand=card.brand,
                        last4=card.last4,
                        expires=card.expires.replace("-", "/"),
                    ),
                )
                for card in mine
            ),
        ]
        self.has_cards = bool(mine)

    def wanted(self) -> Wanted:
        """Return what the form sets, without what the payment method has no use for: it would stand in the way."""
        said: dict[str, Any] = dict(super().wanted())
        shop = db.session.get_one(Shop, self.shop_id)
        way = way_of(str(said["payment_method"]), shop.payment_words)
        if way is not Way.CARD:
            said |= {"card_id": None, "instalments": 1}
        if way is not Way.WALLET:
            said["wallet_agreement"] = ""
        return cast(Wanted, said)

    shop_id: UUID
    has_cards: bool


class AddressForm(OfferingForm):
    delivery_to = RadioField(
        _l("お届け先"),
        choices=[
            SelectChoice("buyer", _l("購入者と同じ")),
            SelectChoice("listed", _l("お客さまの住所録から")),
            SelectChoice("own", _l("この定期購入だけのお届け先")),
        ],
    )
    listed_address_id = SelectField(_l("住所録"), coerce=uuid_or_none)
    recipient_name = text(_l("お名前"))
    recipient_kana = text(_l("お名前（カナ）"))
    recipient_phone = text(_l("電話番号"))
    recipient_postcode = text(_l("郵便番号"))
    recipient_prefecture = text(_l("都道府県"))
    recipient_address = text(_l("住所"))
    carrier = SelectField(_l("配送会社"))
    delivery_method = text(FIELDS["delivery_method"])
    carrier_fixed = BooleanField(_l("配送会社を固定する"))
    time_slot = SelectField(FIELDS["time_slot"])
    wrapping = text(FIELDS["wrapping"])
    shipping_fee = NumberField(_l("送料（円）"))

    NEEDED = ("shipping_fee",)

    def offer(self, subscription: Subscription) -> None:
        self.listed_address_id.choices = [
            SelectChoice("", _l("選んでください")),
            *(SelectChoice(str(one.id), _address_words(one)) for one in _listed(subscription)),
        ]
        codes = {"": str(_l("決めない")), **{known.code: known.name for known in CARRIERS}}
        self.carrier.choices = [
            SelectChoice(code, codes.get(code, code)) for code in _with(codes, subscription.carrier)
        ]
        on = max(tokyo_date(now()), subscription.next_ship_on)
        offered = shop_frame().slots.offered(subscription.carrier, subscription.delivery_method, on)
        self.time_slot.choices = [
            SelectChoice("", _l("指定なし")),
            *(SelectChoice(words, words) for words in _with(offered, subscription.time_slot) if words),
        ]

    def wanted(self) -> Wanted:
        said: dict[str, Any] = dict(super().wanted())
        if said["delivery_to"] != "listed":
            said["listed_address_id"] = None
        return cast(Wanted, said)


def _cycles_of(typed: str) -> tuple[str, ...]:
    """Return the cycles, or what was typed if it cannot be read: saving then refuses it."""
    try:
        return cycle_cells.several(typed)
    except CellError:
        return tuple(typed.replace("、", " ").replace(",", " ").split())


def _cycles_in_words(cycles: Sequence[str]) -> str:
    """Return the cycles as staff type them; one whose words would be read otherwise stays in its stored form."""
    words = [cycle_words(cycle) for cycle in cycles]
    return "、".join(said if _cycles_of(said) == (cycle,) else cycle for said, cycle in zip(words, cycles, strict=True))


class ItemRow(Form):
    """A row for an item. It is no `FlaskForm`: the whole form has the token."""

    place = NumberField(_l("順"))
    name = text(_l("商品名"))
    product_code = text(FIELDS["product_code"])
    quantity = NumberField(_l("数量"))
    first_price = NumberField(_l("初回の単価（円）"))
    later_price = NumberField(_l("2回目からの単価（円）"))
    tax_rate = NumberField(_l("税率（%）"))
    remaining = NumberField(_l("残りの回数"))
    commitment_count = NumberField(_l("お約束の回数"))
    bundled_gift = BooleanField(_l("おまけ"))
    cycles = text(_l("商品の間隔"))

    @property
    def is_blank(self) -> bool:
        """Return whether nothing says what it is: the row is then left out, and so an item is taken away."""
        return not (self.name.data or self.product_code.data)

    @property
    def item(self) -> Item:
        return Item(
            name=self.name.data or "",
            product_code=self.product_code.data or "",
            quantity=self.quantity.data or 0,
            first_price=self.first_price.data if self.first_price.data is not None else (self.later_price.data or 0),
            later_price=self.later_price.data or 0,
            tax_rate=self.tax_rate.data,
            remaining=self.remaining.data,
            commitment_count=self.commitment_count.data or 0,
            bundled_gift=self.bundled_gift.data,
            cycles=_cycles_of(self.cycles.data or ""),
        )


class ItemsForm(ChangeForm):
    items = FieldList(FormField(ItemRow), max_entries=items.MOST)

    @classmethod
    def values(cls, subscription: Subscription) -> dict[str, Any]:
        rows: list[dict[str, Any]] = [
            {**vars(item), "cycles": _cycles_in_words(item.cycles), "place": place}
            for place, item in enumerate(items.of(subscription), 1)
        ]
        blank = {"quantity": 1, "tax_rate": None}
        return {"version": subscription.version, "items": [*rows, *(dict(blank) for _ in range(BLANK_ROWS))]}

    def wanted(self) -> Wanted:
        return {"items": [row.item for row in self._rows()]}

    def refuse(self, path: str, sentence: str) -> bool:
        """Say it beside the field that `path` names; return False if there is none.

        `items.2.quantity` is in the second row that is not blank.
        """
        _items, _dot, rest = path.partition(".")
        place, _dot, column = rest.partition(".")
        rows = self._rows()
        if not place.isdigit() or not 0 < int(place) <= len(rows):
            return False
        field = rows[int(place) - 1][column]
        field.errors = [*field.errors, sentence]
        return True

    def _rows(self) -> list[Any]:
        """Return the rows that are not blank, in the order that their places say."""
        rows = [entry.form for entry in self.items if not entry.form.is_blank]
        last = items.MOST + 1
        return sorted(rows, key=lambda row: row.place.data or last)


def _with(offered: Any, current: str) -> list[str]:
    """Return what is offered and, if it is not among it, what is set already."""
    return list(dict.fromkeys([*offered, current]))


def _listed(subscription: Subscription) -> list[ListedAddress]:
    if not subscription.email_key:
        return []
    return addresses.of_buyer(db.session, subscription.shop_id, subscription.email_key)


def _address_words(one: ListedAddress) -> str:
    return " ".join(filter(None, (one.label, one.recipient_name, one.prefecture + one.address)))
