"""What the page and the PDFs may show of the buyer and the recipient."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from portal.access.rules.contact import Person, ShownContact, shown_contact
from portal.access.rules.visits import Visit
from tests.cast import HANAKO

GIFT = {
    "recipient_name": "鈴木 春子",
    "recipient_phone": "03-1234-5678",
    "recipient_postcode": "1000001",
    "recipient_prefecture": "東京都",
    "recipient_address": "千代田区千代田1-1",
}
NOBODY_ELSE = dict.fromkeys(GIFT, "")


def shown(visit: Visit | None, asked: bool = True, **changes: Any) -> ShownContact:
    order = SimpleNamespace(**(HANAKO | {"address": "大阪市北区梅田1-2-3 メゾン桜 405"} | NOBODY_ELSE | changes))
    return shown_contact(order, visit, SimpleNamespace(second_step={"personal_data": asked}))  # type: ignore[arg-type]


def visitor(email_key: str = "") -> Visit:
    return Visit(session_id=uuid4(), shop_id=uuid4(), proved_email_key=email_key)


MASKED = Person(
    name="山田 花子",
    postcode="530-••••",
    address="大阪府大阪市…",
    phone="090-••••-5678",
    email="h•••••@example.jp",
)
PLAIN = Person(
    name="山田 花子",
    postcode="530-0001",
    address="大阪府大阪市北区梅田1-2-3 メゾン桜 405",
    phone="090-1234-5678",
    email="hanako@example.jp",
)


def test_before_the_second_step_everything_but_the_name_is_masked() -> None:
    assert shown(visitor()) == ShownContact(buyer=MASKED, recipient=MASKED, recipient_is_buyer=True, masked=True)


def test_without_any_visit_it_is_masked_too() -> None:
    assert shown(None).buyer == MASKED


def test_even_a_shop_that_asks_no_code_shows_nothing_to_nobody() -> None:
    assert shown(None, asked=False).masked


def test_after_the_second_step_everything_is_shown() -> None:
    answer = shown(visitor("hanako@example.jp"))
    assert (answer.buyer, answer.masked) == (PLAIN, False)


def test_a_shop_that_asks_no_code_shows_everything_after_the_login() -> None:
    assert shown(visitor(), asked=False).buyer == PLAIN


def test_who_a_gift_goes_to_is_masked_as_well() -> None:
    answer = shown(visitor(), **GIFT)
    assert not answer.recipient_is_buyer
    assert answer.recipient == Person(
        name="鈴木 春子", postcode="100-••••", address="東京都千代田区…", phone="03-••••-5678"
    )


def test_after_the_second_step_the_gifts_address_is_shown() -> None:
    answer = shown(visitor("hanako@example.jp"), **GIFT)
    assert answer.recipient == Person(
        name="鈴木 春子", postcode="100-0001", address="東京都千代田区千代田1-1", phone="03-1234-5678"
    )
