"""Form fields of an address as a buyer types it: read leniently, and filled in from its postcode."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from portal.models import ListedAddress
from portal.mypage.changes.form import AGAIN, NOT_TYPED
from portal.subscriptions.changes.addresses import Entry
from portal.subscriptions.changes.shared_addresses import OwnAddress
from portal.values import phones, postcodes
from portal.values.places import Filled, Place, filled, places_of
from portal.values.prefectures import PREFECTURES
from portal.web.fields import SelectChoice, tidied

FILL, TOWN = "fill", "town"
"""Names of the buttons that fill an address in from its postcode."""
PARTS = ("name", "kana", "phone", "postcode", "prefecture", "address")
LONGEST = {"name": 120, "kana": 120, "phone": 40, "postcode": 10, "address": 300, "label": 60}


class AddressFields(FlaskForm):
    """Fields of an address, named like the recipient's columns of a subscription."""

    recipient_name = StringField(_l("お届け先のお名前"), filters=[tidied])
    recipient_kana = StringField(_l("フリガナ（任意）"), filters=[tidied])
    recipient_phone = StringField(_l("電話番号"), filters=[tidied])
    recipient_postcode = StringField(_l("郵便番号"), filters=[tidied])
    recipient_prefecture = SelectField(_l("都道府県"), validate_choice=False, filters=[tidied])
    recipient_address = StringField(_l("市区町村・番地・建物名"), filters=[tidied])

    filled_prefecture = StringField(widget=HiddenInput())
    filled_address = StringField(widget=HiddenInput())
    """What the last postcode has filled in, beside what stands there now."""

    has_phone = True
    places: tuple[Place, ...] = ()
    """Places for which the postcode stands; if there are several, the buyer chooses."""

    @property
    def is_typed_here(self) -> bool:
        """Tell whether the fields are used; otherwise they stand for nothing and may be empty."""
        return True

    @property
    def is_filled_in(self) -> bool:
        """Tell whether the button under the postcode, or that of a town, was pressed to fill in what is empty."""
        return FILL in request.form or TOWN in request.form

    def offer_prefectures(self) -> None:
        self.recipient_prefecture.choices = [
            SelectChoice("", _("選んでください")),
            *(SelectChoice(name, name) for name in PREFECTURES),
        ]
        self.places = places_of(self.recipient_postcode.data or "")

    def fill_in(self) -> None:
        """Fill in prefecture and address from the postcode, or say that it is unknown."""
        if self.recipient_postcode.data and not self.places:
            self.recipient_postcode.errors = [self._unknown_postcode()]
        self.follow_postcode()

    def follow_postcode(self) -> None:
        """Set prefecture and address to the postcode's; what was typed stays."""
        fields = (self.recipient_prefecture, self.recipient_address)
        sources = (self.filled_prefecture, self.filled_address)
        before = Filled(*(source.data or "" for source in sources))
        now = Filled(*(field.data or "" for field in fields))
        after = filled(now, self.places, request.form.get(TOWN, ""), before=before)
        for field, source, text, old in zip(fields, sources, after, now, strict=True):
            if text != old:
                source.data = text
            field.data = text

    def validate_recipient_name(self, field: Field) -> None:
        self._needed(field, _("お名前を入力してください。"))

    def validate_recipient_phone(self, field: Field) -> None:
        if not self.is_typed_here or not self.has_phone:
            return
        if not phones.normalise(field.data or ""):
            raise ValidationError(_("電話番号を市外局番から入力してください。例：090-1234-5678"))
        field.data = phones.display(field.data)

    def validate_recipient_postcode(self, field: Field) -> None:
        if not self.is_typed_here:
            return
        code = postcodes.normalise(field.data or "")
        if code is None:
            raise ValidationError(self._unknown_postcode())
        field.data = code

    def validate_recipient_prefecture(self, field: Field) -> None:
        if not self.is_typed_here:
            return
        if field.data not in PREFECTURES:
            raise ValidationError(_("都道府県を選んでください。"))
        known = list(dict.fromkeys(place.prefecture for place in self.places))
        if known and field.data not in known:
            raise ValidationError(
                _(
                    "この郵便番号は%(prefecture)sのものです。郵便番号と都道府県をご確認ください。",
                    prefecture=_("・").join(known),
                )
            )

    def validate_recipient_address(self, field: Field) -> None:
        self._needed(field, _("市区町村から番地・建物名までを入力してください。"))
        if self.is_typed_here and any(field.data == place.line for place in self.places):
            raise ValidationError(_("番地・建物名を入力してください。番地がない場合は「番地なし」と入力してください。"))

    def validate_recipient_kana(self, field: Field) -> None:
        if self.is_typed_here:
            self._refuse_too_long(field)

    @property
    def part(self) -> dict[str, str]:
        """Return what was typed, by name of PARTS."""
        return {part: self[f"recipient_{part}"].data or "" for part in PARTS}

    def _needed(self, field: Field, sentence: str) -> None:
        if not self.is_typed_here:
            return
        if not field.data:
            raise ValidationError(sentence)
        self._refuse_too_long(field)

    def _refuse_too_long(self, field: Field) -> None:
        most = LONGEST[field.name.removeprefix("recipient_")]
        if len(field.data or "") > most:
            raise ValidationError(_("長すぎます。%(most)s文字までにしてください。", most=most))

    def _unknown_postcode(self) -> str:
        return str(_("郵便番号は7桁の数字で入力してください。例：530-0001"))


class SharedForm(AddressFields):
    """Form of an address that subscriptions share; `seen` is `shared_addresses.seen` when the form was opened."""

    seen = StringField(widget=HiddenInput())

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.offer_prefectures()
        if self.is_filled_in:
            self.fill_in()

    @property
    def is_unfinished(self) -> bool:
        return self.is_filled_in or AGAIN in request.form

    @property
    def typed(self) -> Sequence[tuple[str, str]]:
        """Return the names and values to be carried on to the next page, as they came."""
        return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED | {"seen"}]


class OwnForm(SharedForm):
    """The buyer's own address; the phone is changed with the contact data."""

    recipient_name = StringField(_l("お名前"), filters=[tidied])

    has_phone = False

    def show(self, own: OwnAddress) -> None:
        self.recipient_name.data, self.recipient_kana.data = own.buyer_name, own.buyer_kana
        for part in ("postcode", "prefecture", "address"):
            self[f"recipient_{part}"].data = getattr(own, part)
        self.offer_prefectures()

    @property
    def own(self) -> OwnAddress:
        part = self.part
        return OwnAddress(part["name"], part["postcode"], part["prefecture"], part["address"], part["kana"])


class ListedForm(SharedForm):
    """An entry of the address list."""

    label = StringField(_l("呼び名（任意）"), filters=[tidied])

    def show(self, listed: ListedAddress) -> None:
        for part in PARTS:
            column = f"recipient_{part}" if part in ("name", "kana") else part
            self[f"recipient_{part}"].data = getattr(listed, column)
        self.label.data = listed.label
        self.offer_prefectures()

    def validate_label(self, field: Field) -> None:
        if len(field.data or "") > 60:
            raise ValidationError(_("長すぎます。%(most)s文字までにしてください。", most=60))

    @property
    def entry(self) -> Entry:
        part = self.part
        return Entry(
            recipient_name=part["name"],
            address=part["address"],
            label=self.label.data or "",
            recipient_kana=part["kana"],
            phone=part["phone"],
            postcode=part["postcode"],
            prefecture=part["prefecture"],
        )
