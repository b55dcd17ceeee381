"""Form of the delivery address: the buyer's own, an entry of the list, or another one."""

from dataclasses import replace
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField
from wtforms.validators import ValidationError

from portal.access.rules import second_step
from portal.access.rules.contact import Person, shown_person
from portal.access.rules.second_step import Action
from portal.extensions import db
from portal.models import ListedAddress, Subscription
from portal.mypage.changes.address_fields import PARTS, AddressFields
from portal.mypage.changes.form import BuyersForm
from portal.mypage.orders.loader import visit
from portal.subscriptions.changes import addresses, destinations
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import Address, address_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules.allowances import Change
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_address, mask_postcode
from portal.web.fields import SelectChoice
from portal.web.terms import shop_frame

OWN, ANOTHER = "buyer", "own"
TOO_NEAR = _l(
    "このご住所へのお届けには日数がかかるため、次回のお届け日に間に合いません。先に次回のお届け日を後の日へ変更するか、次回のお届けの準備が終わってから変更してください。"
)


class AddressForm(AddressFields, BuyersForm):
    change = Change.ADDRESS
    template = "mypage/changes/_address.html"
    follows = False
    complains_early = False

    to = RadioField(_l("お届け先"), validate_choice=False)

    def prepare(self) -> None:
        current = visit()
        subscription = self.subscription
        self.shows_all = current is not None and not second_step.needs_step(
            g.shop, Action.PERSONAL_DATA, current, subscription
        )
        """True if addresses are shown in full; otherwise they are masked here too."""
        key = subscription.email_key
        self.listed = addresses.of_buyer(db.session, subscription.shop_id, key) if key else []
        choices = [
            SelectChoice(OWN, _("お客さまのご住所")),
            *(SelectChoice(str(one.id), one.label or _("お届け先一覧のご住所")) for one in self.listed),
            SelectChoice(ANOTHER, _("別のご住所")),
        ]
        self.to.choices = choices
        self.choices = {choice.value for choice in choices}
        self.offer_prefectures()
        if self.is_filled_in:
            # A buyer who fills in an address wants this one.
            self.to.data = ANOTHER
            self.fill_in()

    def fill(self, subscription: Subscription) -> None:
        """Choose the entry that `?to=` names, which was just added to the list, or else the current destination."""
        wished = uuid_or_none(request.args.get("to"))
        if wished in {one.id for one in self.listed}:
            self.to.data = str(wished)
        elif subscription.delivery_to == "listed":
            self.to.data = str(subscription.listed_address_id)
        else:
            self.to.data = subscription.delivery_to
        if self.shows_all and subscription.delivery_to == ANOTHER:
            for part in PARTS:
                field = self[f"recipient_{part}"]
                field.data = getattr(subscription, field.name)
            self.offer_prefectures()

    @property
    def is_typed_here(self) -> bool:
        return bool(self.to.data == ANOTHER)

    @property
    def is_unfinished(self) -> bool:
        return self.is_filled_in or super().is_unfinished

    def validate_to(self, field: Field) -> None:
        if field.data not in self.choices:
            raise ValidationError(_("お届け先を選んでください。"))
        typed = self.recipient_address.data
        if field.data != ANOTHER and typed and typed != self.subscription.recipient_address:
            raise ValidationError(
                _(
                    "下にご住所が入力されています。そのご住所へのお届けをご希望の場合は、「別のご住所」を選んでください。"
                )
            )

    def proposal(self, subscription: Subscription) -> Proposal:
        wanted, prefecture = self._destination(subscription)
        if not destinations.is_in_time(db.session, subscription, prefecture, shop_frame(), self.today):
            raise RefusedError(Refusal.TOO_NEAR, "to")
        wanted["shipping_fee"] = destinations.shipping_fee(db.session, subscription, prefecture, shop_frame())
        return Proposal(self.change, wanted)

    def refuse(self, path: str, sentence: str) -> bool:
        names = {"listed_address_id": "to", "delivery_to": "to"}
        is_near = path == "to"
        return super().refuse(names.get(path, path), str(TOO_NEAR) if is_near else sentence)

    def shown(self, name: str, postcode: str, prefecture: str, address: str) -> tuple[str, str, str]:
        """Return name, postcode and address; without the name and masked as long as personal data are."""
        if self.shows_all:
            return name, postcode, prefecture + address
        return "", mask_postcode(postcode), mask_address(prefecture, address)

    def blocks(self, after: Subscription) -> tuple[Person, Person]:
        """Return the destination now and then. What has just been typed is shown to whoever typed it."""
        masked = not self.shows_all
        return (
            _person(address_of(db.session, self.subscription), masked=masked),
            _person(address_of(db.session, after), masked=masked and not self.is_typed_here),
        )

    def chosen_entry(self) -> ListedAddress | None:
        chosen = uuid_or_none(self.to.data)
        return next((one for one in self.listed if one.id == chosen), None)

    def _destination(self, subscription: Subscription) -> tuple[Wanted, str]:
        entry = self.chosen_entry()
        if entry is not None:
            return {"delivery_to": "listed", "listed_address_id": entry.id}, entry.prefecture
        if self.to.data == OWN:
            return {"delivery_to": "buyer", "listed_address_id": None}, subscription.prefecture
        typed = {f"recipient_{part}": text for part, text in self.part.items()}
        wanted: Any = {"delivery_to": "own", "listed_address_id": None} | typed
        return wanted, self.part["prefecture"]


def _person(to: Address, *, masked: bool) -> Person:
    person = shown_person(to.name, to.postcode, to.prefecture, to.address, to.phone, masked=masked)
    return replace(person, name="") if masked else person


FORMS: tuple[type[BuyersForm], ...] = (AddressForm,)
