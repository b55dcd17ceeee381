"""Phone and email address: the old address is proved, then the new one, and nothing changes halfway."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.access import login_codes
from portal.extensions import limiter
from portal.models import Card, ListedAddress, Order, OutboxMail, Shop, Subscription, SubscriptionChange
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.subscribers import Subscriber, hidden

NEW = {"phone": "090-1234-5678", "email": "hana@example.com"}
PATH = "/changes/contact"


def press(hanako: Subscriber, page: TestResponse, **typed: str) -> TestResponse:
    """Press a button of the preview, sending the subscriptions that follow the change as the page has them."""
    sent: dict[str, Any] = hidden(page) | typed
    sent["follower"] = re.findall(r'name="follower" value="([^"]+)"', page.text)
    sent.pop("again", None)
    return hanako.client.post(f"{hanako.page}{PATH}/confirm", data=sent)


def code_for(hanako: Subscriber, email: str) -> str:
    hanako.session.rollback()
    mails = select(OutboxMail).filter_by(message="login_code", recipient=email).order_by(OutboxMail.id.desc())
    found = re.search(r"\b(\d{6})\b", hanako.session.scalars(mails).first().body_text)  # type: ignore[union-attr]
    hanako.session.rollback()
    assert found
    return found[1]


def asked(hanako: Subscriber) -> TestResponse:
    """Ask for a code for the new address and return the page that waits for it."""
    page = press(hanako, hanako.preview("contact", NEW), send="1")
    assert "hana@example.com に確認コードをお送りしました" in page.text
    return page


def test_the_new_address_is_proved_before_anything_changes(hanako: Subscriber) -> None:
    shown = hanako.preview("contact", NEW)
    assert "確認コードを送る" in shown.text
    assert "変更を確定する" not in re.sub(r"「[^」]*」", "", shown.text)
    assert hanako.now().email == "hanako@example.jp"
    waiting = asked(hanako)
    assert hanako.now().email == "hanako@example.jp"
    done = press(hanako, waiting, code=code_for(hanako, "hana@example.com"))
    assert done.status_code == 303, done.text
    assert "受付番号" in hanako.client.get(done.location).text
    now = hanako.now()
    assert (now.email, now.email_key) == ("hana@example.com", "hana@example.com")
    assert hanako.form("contact").status_code == 200, "she goes on without proving anything again"
    told = select(OutboxMail.recipient).filter_by(message="subscription_changed")
    assert set(hanako.session.scalars(told)) == {"hanako@example.jp", "hana@example.com"}


def test_a_wrong_code_changes_nothing_and_counts(hanako: Subscriber) -> None:
    waiting = asked(hanako)
    code = code_for(hanako, "hana@example.com")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        page = press(hanako, waiting, code=wrong)
        assert (page.status_code, f"あと{left}回" in page.text) == (422, True)
    assert "使用できません" in press(hanako, waiting, code=wrong).text
    assert press(hanako, waiting, code=code).status_code == 422
    assert hanako.now().email == "hanako@example.jp"
    assert hanako.receipts() == []


def test_an_expired_code_changes_nothing(hanako: Subscriber, clock: Clock) -> None:
    waiting = asked(hanako)
    clock.forward(minutes=11)
    page = press(hanako, waiting, code=code_for(hanako, "hana@example.com"))
    assert (page.status_code, "確認コードを送る" in page.text) == (422, True)
    assert hanako.now().email == "hanako@example.jp"


def test_without_any_code_there_is_no_way_past(hanako: Subscriber) -> None:
    assert press(hanako, hanako.preview("contact", NEW)).status_code == 422
    assert press(hanako, hanako.preview("contact", NEW), code="000000").status_code == 422
    assert hanako.now().email == "hanako@example.jp"


def test_a_code_for_one_address_proves_no_other(hanako: Subscriber) -> None:
    asked(hanako)
    code = code_for(hanako, "hana@example.com")
    other = hanako.preview("contact", NEW | {"email": "else@example.com"})
    assert press(hanako, other, code=code).status_code == 422
    assert hanako.now().email == "hanako@example.jp"


def test_a_second_code_has_to_wait(hanako: Subscriber) -> None:
    assert "先ほどお送りしました" in press(hanako, asked(hanako), send="1").text


def test_codes_are_not_sent_to_address_after_address(hanako: Subscriber) -> None:
    statuses = [
        press(hanako, hanako.preview("contact", NEW | {"email": f"someone{n}@example.com"}), send="1").status_code
        for n in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_codes_for_a_new_address_never_keep_its_owner_from_the_second_step(
    hanako: Subscriber, app: Flask, cast: Cast, shop: Shop, clock: Clock
) -> None:
    """花子 types 太郎's address as her new one, again and again."""
    taros = cast.subscription(shop, "0000000002", **TARO)
    order = cast.order(shop, "T-1", subscription_id=taros.id, **TARO)
    cast.session.commit()
    page = hanako.preview("contact", NEW | {"email": TARO["email"]})
    for _ in range(login_codes.MOST_A_DAY):
        page = press(hanako, page, send="1")
        clock.forward(seconds=61)
        limiter.reset()
    assert "本日は、これ以上確認コードをお送りできません" in press(hanako, page, send="1").text
    hanako.session.rollback()
    taro = Subscriber(app, hanako.session, shop, order, taros)
    assert taro.form("skip").status_code == 200


# --- the others ------------------------------------------------------------------------------------------------------
def test_all_under_the_old_address_move_along_with_cards_and_addresses(
    hanako: Subscriber, cast: Cast, shop: Shop
) -> None:
    card = cast.card(shop)
    active = cast.subscription(
        shop, "0000000002", phone="03-1111-2222", payment_method="クレジットカード", card_id=card.id
    )
    over = cast.subscription(shop, "0000000003", state="finished")
    taros = cast.subscription(shop, "0000000004", **TARO)
    listed = ListedAddress(
        shop_id=shop.id, email_key="hanako@example.jp", recipient_name="実家", address="1-1", created_at=cast.now
    )
    hanako.session.add(listed)
    hanako.session.commit()
    shown = hanako.preview("contact", NEW | {"phone": "080-1234-9999"})
    for number in ("0000000002", "0000000003"):
        assert number in shown.text
    assert "0000000004" not in shown.text
    waiting = press(hanako, shown, send="1")
    assert press(hanako, waiting, code=code_for(hanako, "hana@example.com")).status_code == 303
    hanako.now()
    assert {one.email_key for one in (hanako.subscription, active, over)} == {"hana@example.com"}
    assert (hanako.subscription.phone, active.phone, over.phone) == ("080-1234-9999", "03-1111-2222", "080-1234-9999")
    assert taros.email == "taro@example.jp"
    assert {row.email_key for row in (card, listed)} == {"hana@example.com"}
    receipts = hanako.session.scalars(select(SubscriptionChange.subscription_id))
    assert set(receipts) == {hanako.subscription.id, active.id}
    assert hanako.session.scalars(select(Card)).one().deleted_at is None


def test_one_that_cannot_change_now_keeps_all_as_they_are_and_the_code_good(
    hanako: Subscriber, cast: Cast, shop: Shop
) -> None:
    locked = cast.subscription(shop, "0000000002")
    hanako.session.commit()
    waiting = asked(hanako)
    hanako.now()
    locked.next_creation_on = cast.now.date()
    hanako.session.commit()
    code = code_for(hanako, "hana@example.com")
    page = press(hanako, waiting, code=code)
    assert page.status_code == 422
    assert "番号 0000000002" in page.text
    assert {one.email for one in (hanako.now(), locked)} == {"hanako@example.jp"}
    hanako.now()
    locked.next_creation_on = hanako.subscription.next_creation_on
    hanako.session.commit()
    assert press(hanako, page, code=code).status_code == 303


def test_one_that_came_meanwhile_is_shown_before_it_moves(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    waiting = asked(hanako)
    cast.subscription(shop, "0000000002")
    hanako.session.commit()
    page = press(hanako, waiting, code=code_for(hanako, "hana@example.com"))
    assert page.status_code == 409
    assert "0000000002" in page.text
    assert hanako.now().email == "hanako@example.jp"


# --- phone, and the old address --------------------------------------------------------------------------------------
def test_a_phone_number_alone_needs_no_code(hanako: Subscriber) -> None:
    hanako.carry_out("contact", {"phone": "０８０１１１１２２２２", "email": "hanako@example.jp"})
    assert hanako.now().phone == "080-1111-2222"


@pytest.mark.parametrize(
    ("typed", "said"), [({"phone": "123"}, "市外局番から"), ({"email": "hana@"}, "メールアドレスの形")]
)
def test_what_is_no_number_and_no_address_is_said(hanako: Subscriber, typed: dict[str, str], said: str) -> None:
    answer = hanako.preview("contact", NEW | typed)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_the_old_address_is_proved_also_where_the_shop_asks_no_code(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False}
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    page = stranger.form("contact")
    assert 'name="email"' not in page.text
    assert "090-1234-5678" not in page.text.replace("例: 090-1234-5678", "")
    assert "現在のアドレスの確認が必要" in page.text
    shown = stranger.preview("contact", {"phone": "080-1111-2222", "email": "evil@example.com"})
    assert stranger.confirm("contact", shown).status_code == 303
    assert (stranger.now().phone, stranger.now().email) == ("080-1111-2222", "hanako@example.jp")
    stranger.session.rollback()
    stranger.take_step()
    assert 'name="email"' in stranger.form("contact").text


def test_one_without_an_address_is_given_one_by_the_shop(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False}
    subscription.email = subscription.email_key = ""
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    page = stranger.form("contact")
    assert "ご登録がありません" in page.text
    assert 'name="email"' not in page.text


def test_others_with_the_same_number_are_not_named_without_their_code(
    app: Flask, session: Session, cast: Cast, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False}
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    assert stranger.form("contact").status_code == 200
    session.rollback()
    cast.subscription(shop, "0000000002")
    session.commit()
    opened = stranger.form("cycle")
    for answer in (stranger.form("contact"), stranger.preview("contact", {"phone": "090-1234-5678"}, opened)):
        assert (answer.status_code, "second-step" in answer.location) == (303, True)
