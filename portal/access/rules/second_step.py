"""Which actions ask for the e-mailed code, once per session. Pure."""

from enum import StrEnum
from typing import Protocol

from portal.access.rules.visits import Visit


class Action(StrEnum):
    """Keys of `Shop.second_step`."""

    PERSONAL_DATA = "personal_data"
    OTHER_ORDERS = "other_orders"
    RECEIPT = "receipt"
    SUBSCRIPTION = "subscription"


DEFAULTS = {
    Action.PERSONAL_DATA: True,
    Action.OTHER_ORDERS: True,
    Action.RECEIPT: False,
    Action.SUBSCRIPTION: True,
}
"""Seeing one's order is one thing, seeing everything and changing another: only the receipt is free unless asked."""


class AsksForStep(Protocol):
    @property
    def second_step(self) -> dict[str, bool]: ...


class HasEmail(Protocol):
    @property
    def email_key(self) -> str: ...


def is_asked(shop: AsksForStep, action: Action) -> bool:
    """Whether the shop wants the code for this action at all."""
    return shop.second_step.get(action, DEFAULTS[action])


def needs_step(shop: AsksForStep, action: Action, visit: Visit, order: HasEmail) -> bool:
    """Whether this visit must take the code before this action on this order.

    An order without an e-mail address cannot: its buyer is offered a request to staff instead.
    """
    return is_asked(shop, action) and not visit.proves(order.email_key)
