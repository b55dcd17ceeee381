"""Details of buyer and recipient as a page and its PDFs may show them: masked until the second step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from portal.access.rules.second_step import Action, AsksForStep, needs_step
from portal.access.rules.visits import Visit
from portal.values import phones, postcodes
from portal.values.masks import mask_address, mask_email, mask_phone, mask_postcode


class HasContact(Protocol):
    """Columns of an order that are read here; a row of a query will do."""

    @property
    def email_key(self) -> str: ...
    @property
    def buyer_name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def prefecture(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def recipient_name(self) -> str: ...
    @property
    def recipient_phone(self) -> str: ...
    @property
    def recipient_postcode(self) -> str: ...
    @property
    def recipient_prefecture(self) -> str: ...
    @property
    def recipient_address(self) -> str: ...


@dataclass(frozen=True)
class Person:
    """Details of a person as printed; a text is empty if the order has none."""

    name: str
    postcode: str
    """Postcode as 530-0001 or 530-••••, without 〒."""
    address: str
    phone: str
    email: str = ""


@dataclass(frozen=True)
class ShownContact:
    buyer: Person
    recipient: Person
    """Recipient; the buyer again if the order names nobody else."""
    recipient_is_buyer: bool
    masked: bool


def shown_contact(order: HasContact, visit: Visit | None, shop: AsksForStep) -> ShownContact:
    """Return the order's contact as a visit may see it; masked if `visit` is None, since then nothing is proved."""
    masked = visit is None or needs_step(shop, Action.PERSONAL_DATA, visit, order)
    return _contact(order, _masked if masked else _plain, masked=masked)


def shown_person(name: str, postcode: str, prefecture: str, address: str, phone: str, *, masked: bool) -> Person:
    """Return the details of a person who is not in an order's columns."""
    return (_masked if masked else _plain)(name, postcode, prefecture, address, phone, "")


def full_contact(order: HasContact) -> ShownContact:
    """Return the order's contact unmasked, for the shop's own staff."""
    return _contact(order, _plain, masked=False)


def _contact(
    order: HasContact, show: Callable[[str, str, str, str, str, str], Person], *, masked: bool
) -> ShownContact:
    buyer = show(order.buyer_name, order.postcode, order.prefecture, order.address, order.phone, order.email)
    named = any((order.recipient_name, order.recipient_address, order.recipient_postcode, order.recipient_phone))
    if not named:
        return ShownContact(buyer=buyer, recipient=buyer, recipient_is_buyer=True, masked=masked)
    recipient = show(
        order.recipient_name or order.buyer_name,
        order.recipient_postcode,
        order.recipient_prefecture,
        order.recipient_address,
        order.recipient_phone,
        "",
    )
    return ShownContact(buyer=buyer, recipient=recipient, recipient_is_buyer=False, masked=masked)


def _plain(name: str, postcode: str, prefecture: str, address: str, phone: str, email: str) -> Person:
    return Person(
        name=name,
        postcode=postcodes.normalise(postcode) or postcode,
        address=prefecture + address,
        phone=phones.display(phone),
        email=email,
    )


def _masked(name: str, postcode: str, prefecture: str, address: str, phone: str, email: str) -> Person:
    return Person(
        name=name,
        postcode=mask_postcode(postcode),
        address=mask_address(prefecture, address),
        phone=mask_phone(phone),
        email=mask_email(email),
    )
