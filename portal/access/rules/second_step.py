"""Rules of which actions require the e-mailed code, once per session."""

from enum import StrEnum
from typing import Protocol

from portal.access.rules.visits import Visit


class Action(StrEnum):
    """Action that may require the code; a key of `Shop.second_step`."""

    PERSONAL_DATA = "personal_data"
    OTHER_ORDERS = "other_orders"
    RECEIPT = "receipt"
    """Issue of a receipt; of one that is given only once, from a typed order code, it is always asked for."""
    SUBSCRIPTION_REVERSIBLE = "subscription_reversible"
    """Changes that the buyer can take back alone: a skip, taking it back, the time of day."""
    SUBSCRIPTION = "subscription"
    CANCEL = "cancel"
    """A cancellation in force at once; a request for one never asks, nor does whoever came by the link of the mail."""


DEFAULTS = {
    Action.PERSONAL_DATA: True,
    Action.OTHER_ORDERS: True,
    Action.RECEIPT: False,
    Action.SUBSCRIPTION_REVERSIBLE: False,
    Action.SUBSCRIPTION: True,
    Action.CANCEL: True,
}
"""Default per action: the code is required to see everything or to change what stays, not to take a receipt."""


class AsksForStep(Protocol):
    @property
    def second_step(self) -> dict[str, bool]: ...


class GivesReceipts(AsksForStep, Protocol):
    @property
    def receipt_policy(self) -> str: ...


class HasEmail(Protocol):
    @property
    def email_key(self) -> str: ...


def is_asked(shop: AsksForStep, action: Action) -> bool:
    """Tell whether the shop requires the code for this action at all."""
    return shop.second_step.get(action, DEFAULTS[action])


def needs_step(shop: AsksForStep, action: Action, visit: Visit, order: HasEmail) -> bool:
    """Tell whether this visit must pass the second step before this action on this order.

    Without an e-mail address it cannot be passed: the buyer is offered a request to staff instead.
    """
    return is_asked(shop, action) and not visit.proves(order.email_key)


def receipt_needs_step(shop: GivesReceipts, visit: Visit, order: HasEmail, *, by_link: bool) -> bool:
    """Tell whether this visit must pass the second step before it takes a receipt of this order.

    A receipt that is given only once must not go to whoever reads name and code on the parcel. `by_link`: the order was
    opened by the link of the buyer's mail.
    """
    is_only_one = shop.receipt_policy == "once" and not by_link
    return needs_step(shop, Action.RECEIPT, visit, order) or (is_only_one and not visit.proves(order.email_key))
