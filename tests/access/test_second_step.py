"""Which actions ask for the emailed code."""

from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from portal.access.rules.second_step import Action, needs_step
from portal.access.rules.visits import Visit


@dataclass
class Shop:
    second_step: dict[str, bool] = field(default_factory=dict)


@dataclass
class Order:
    email_key: str = "hanako@example.jp"


def visitor(email_key: str = "") -> Visit:
    return Visit(session_id=uuid4(), shop_id=uuid4(), proved_email_key=email_key)


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        (Action.PERSONAL_DATA, True),
        (Action.OTHER_ORDERS, True),
        (Action.SUBSCRIPTION, True),
        (Action.CANCEL, True),
        (Action.SUBSCRIPTION_REVERSIBLE, False),
        (Action.RECEIPT, False),
    ],
)
def test_unless_the_shop_says_otherwise_the_receipt_and_what_can_be_taken_back_are_free(
    action: Action, asked: bool
) -> None:
    assert needs_step(Shop(), action, visitor(), Order()) is asked


@pytest.mark.parametrize("action", list(Action))
def test_a_shop_can_switch_it_per_action(action: Action) -> None:
    assert needs_step(Shop({action: True}), action, visitor(), Order())
    assert not needs_step(Shop({action: False}), action, visitor(), Order())


@pytest.mark.parametrize("action", list(Action))
def test_once_a_session_is_enough(action: Action) -> None:
    assert not needs_step(Shop({action: True}), action, visitor("hanako@example.jp"), Order())


def test_an_address_proves_nothing_about_another_buyers_order() -> None:
    assert needs_step(Shop(), Action.PERSONAL_DATA, visitor("taro@example.jp"), Order())


def test_an_order_without_an_address_cannot_take_the_step() -> None:
    assert needs_step(Shop(), Action.PERSONAL_DATA, visitor(""), Order(email_key=""))
