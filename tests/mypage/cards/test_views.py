"""花子's cards: to the payment company's page and back, at each of the companies; and what a refused payment leads to."""

import re
from dataclasses import replace
from datetime import date
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.adapters.sandbox_gateway import Behaviour
from portal.jobs.cards import settle_cards
from portal.jobs.payments import settle_payments
from portal.models import (
    Card,
    CardRegistration,
    Order,
    OutboxMail,
    PaymentAttempt,
    Shop,
    Subscription,
    SubscriptionRules,
)
from portal.models.base import new_id
from portal.values.dates import tokyo_date
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.mypage.subscribers import Subscriber, hidden
from tests.payments.companies import Company, company, stripe_company

__all__ = ["company", "stripe_company"]


@pytest.fixture
def shop(cast: Cast, app: Flask, company: Company) -> Shop:
    app.extensions["ports"] = replace(app.extensions["ports"], gateways={company.name: company.gateway})
    shop = cast.shop()
    cast.rules(shop, gateway=company.name)
    return shop


@pytest.fixture
def old(cast: Cast, shop: Shop, company: Company) -> Card:
    return cast.card(shop, gateway=company.name, reference="old", last4="1881", customer_reference="")


@pytest.fixture
def subscription(cast: Cast, shop: Shop, old: Card) -> Subscription:
    return cast.subscription(shop, payment_method="クレジットカード", card_id=old.id)


class Hanako(Subscriber):
    """At her cards, and on the company's page."""

    company: Company

    @property
    def cards(self) -> str:
        return f"{self.page}/cards"

    def start(self, **fields: str) -> TestResponse:
        path = f"{self.cards}/new"
        return self.client.post(path, data=fields | {"csrf_token": csrf_token(self.client, path)})

    def set_out(self, **fields: str) -> CardRegistration:
        answer = self.start(**fields)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith(self.company.gateway.page_origin)
        return self.registrations()[-1]

    def come_back(self, registration: CardRegistration) -> TestResponse:
        return self.client.get(f"{self.cards}/{registration.id}/return")

    def register(self, kind: Behaviour = Behaviour.GOOD, expires: str = "2030-01", **fields: str) -> TestResponse:
        registration = self.set_out(**fields)
        self.company.type_card(registration.reference, kind, expires)
        return self.come_back(registration)

    def press(self, path: str, on: str = "") -> TestResponse:
        """The button of the form at that address."""
        return self.client.post(path, data=hidden(self.client.get(on or path)))

    def registrations(self) -> list[CardRegistration]:
        self.session.rollback()
        self.session.expire_all()
        return list(self.session.scalars(select(CardRegistration).order_by(CardRegistration.id)))

    def paid_by(self) -> str:
        """Last 4 of the card that pays."""
        card_id = self.now().card_id
        return self.session.get_one(Card, card_id).last4 if card_id else ""

    def count(self, model: type[Card | PaymentAttempt]) -> int:
        self.session.rollback()
        return len(self.session.scalars(select(model)).all())

    def mails(self, message: str) -> list[OutboxMail]:
        self.session.rollback()
        return list(self.session.scalars(select(OutboxMail).filter_by(message=message)))


@pytest.fixture
def hanako(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription, company: Company
) -> Hanako:
    hanako = Hanako(app, session, shop, order, subscription)
    hanako.company = company
    # What was read on the way in is no ground to write on.
    session.rollback()
    return hanako


def held(
    cast: Cast, subscription: Subscription, card: Card | None, code: str = "S-2", reason: str = "card_declined"
) -> Order:
    order = cast.refused_order(subscription, card, code, reason)
    cast.session.commit()
    return order


def tell(hanako: Hanako, message: tuple[bytes, dict[str, str]]) -> int:
    """The company's own message comes in, from nobody's browser."""
    body, headers = message
    client: FlaskClient = hanako.client.application.test_client()
    return client.post(f"/webhooks/{hanako.company.name}", data=body, headers=headers).status_code


# --- there and back ------------------------------------------------------------------------------------------------------------
def test_a_new_card_pays_from_then_on_and_is_proved_with_a_number(hanako: Hanako) -> None:
    page = hanako.client.get(f"{hanako.cards}/new")
    assert "Visa •••• 1881" in page.text
    assert f"form-action 'self' {hanako.company.gateway.page_origin};" in page.headers["Content-Security-Policy"]
    done = hanako.register(expires="2030-05")
    assert "新しいカードに変わりました" in done.text
    assert "•••• 4242" in done.text
    assert "05/2030" in done.text
    (receipt,) = hanako.receipts()
    assert receipt.number in done.text
    assert (receipt.kind, receipt.facts["card"][0]) == ("card", "Visa •••• 1881")
    assert hanako.paid_by() == "4242"
    assert len(hanako.mails("subscription_changed")) == 1
    # The old one stays registered.
    assert {"1881", "4242"} <= set(re.findall(r"•••• (\d{4})", hanako.client.get(hanako.cards).text))


def test_the_old_card_stays_in_use_until_the_new_one_is_verified(hanako: Hanako) -> None:
    registration = hanako.set_out()
    waiting = hanako.come_back(registration)
    assert "カードを確認しています" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    assert hanako.paid_by() == "1881"
    hanako.company.type_card(registration.reference)
    assert hanako.paid_by() == "1881"
    done = hanako.come_back(registration)
    assert "Refresh" not in done.headers
    assert hanako.paid_by() == "4242"


def test_message_first_or_return_first_and_each_twice_is_one_card(hanako: Hanako) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference)
    message = hanako.company.message(registration.reference)
    assert [tell(hanako, message), tell(hanako, message)] == [200, 200]
    assert hanako.paid_by() == "4242"
    for _ in range(2):
        assert "新しいカードに変わりました" in hanako.come_back(registration).text
    assert tell(hanako, message) == 200
    assert (hanako.count(Card), len(hanako.receipts()), len(hanako.mails("subscription_changed"))) == (2, 1, 1)


def test_a_forged_message_changes_nothing_and_an_unrelated_one_is_received(hanako: Hanako) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference)
    assert tell(hanako, hanako.company.forged(registration.reference)) == 400
    assert tell(hanako, hanako.company.unrelated()) == 200
    assert hanako.registrations()[-1].state == "open"
    assert hanako.client.post("/webhooks/nobody", data=b"").status_code == 404


def test_a_card_that_is_not_taken_changes_nothing_and_she_may_try_another(hanako: Hanako) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference, Behaviour.NOT_TAKEN)
    # Where the company's page keeps her, she turns round.
    said = hanako.client.get(f"{hanako.cards}/{registration.id}/given-up")
    assert "何も変わっていません" in said.text
    assert "もう一度、カードを登録する" in said.text
    assert hanako.paid_by() == "1881"
    hanako.register()
    assert hanako.paid_by() == "4242"


def test_turning_round_on_the_companys_page_is_no_mistake(hanako: Hanako) -> None:
    registration = hanako.set_out()
    said = hanako.client.get(f"{hanako.cards}/{registration.id}/given-up").text
    assert "カードは登録されていません" in said
    assert "もう一度、カードを登録する" in said
    assert "Refresh" not in said
    assert hanako.count(Card) == 1


def test_an_address_that_is_only_opened_gives_nothing_up(hanako: Hanako) -> None:
    registration = hanako.set_out()
    hanako.client.get(f"{hanako.cards}/{registration.id}/given-up")
    assert hanako.registrations()[-1].state == "open"
    # By the browser's own way back she may still go on.
    hanako.company.type_card(registration.reference)
    said = hanako.client.get(f"{hanako.cards}/{registration.id}/given-up")
    assert "新しいカードに変わりました" in said.text
    assert hanako.paid_by() == "4242"


def test_a_card_that_is_over_is_not_accepted(hanako: Hanako) -> None:
    said = hanako.register(expires="2026-10")
    assert "カードの有効期限が過ぎているようです" in said.text
    assert (hanako.paid_by(), hanako.count(Card)) == ("1881", 1)


def test_a_card_goes_to_the_address_that_she_has_by_then(hanako: Hanako, old: Card) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference)
    now = hanako.now()
    now.email = now.email_key = old.email_key = "hana@example.com"
    hanako.session.commit()
    assert tell(hanako, hanako.company.message(registration.reference)) == 200
    assert hanako.registrations()[-1].state == "verified"
    assert hanako.paid_by() == "4242"
    new = hanako.session.get_one(Card, hanako.subscription.card_id)
    assert new.email_key == "hana@example.com"


# --- outages -------------------------------------------------------------------------------------------------------------------
def test_a_company_that_is_down_loses_nothing_and_she_presses_again(hanako: Hanako) -> None:
    hanako.company.go_down()
    answer = hanako.start()
    assert answer.status_code == 503
    assert "カードを入力するページに、いまつながりません" in answer.text
    assert "カードを入力するページへ進む" in answer.text
    assert hanako.registrations() == []
    hanako.company.come_back()
    hanako.register()
    assert hanako.paid_by() == "4242"


def test_a_company_that_goes_down_while_she_is_there_is_asked_again_by_the_sweep(
    app: Flask, hanako: Hanako, clock: Clock
) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference)
    message = hanako.company.message(registration.reference)
    hanako.company.go_down()
    assert "カードを確認しています" in hanako.come_back(registration).text
    # So that the company sends it again.
    assert tell(hanako, message) == 503
    clock.forward(minutes=11)
    with app.app_context():
        settle_cards()
        assert hanako.paid_by() == "1881"
        hanako.company.come_back()
        settle_cards()
        settle_cards()
    assert (hanako.paid_by(), len(hanako.receipts())) == ("4242", 1)


def test_who_never_comes_back_has_given_up_after_a_day(app: Flask, hanako: Hanako, clock: Clock) -> None:
    hanako.set_out()
    for hours, state in ((1, "open"), (24, "given_up")):
        clock.forward(hours=hours)
        with app.app_context():
            settle_cards()
        assert hanako.registrations()[-1].state == state


# --- a payment that was refused ------------------------------------------------------------------------------------------------
def test_after_a_refused_payment_one_way_leads_to_a_new_card_and_the_order_goes_on(
    app: Flask, hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    order = held(cast, subscription, old, reason="expired_card")
    banner = hanako.client.get(hanako.page).text
    assert "お支払いの手続きができませんでした" in banner
    assert "S-2" in banner
    assert "カードの有効期限が過ぎているようです" in banner
    assert f'href="{hanako.cards}/new"' in banner
    # So says the page of the order itself, for who comes by its link.
    of_order = hanako.client.get(f"/sakura/orders/{order.id}").text
    assert of_order.index(f'href="{hanako.cards}/new"') < of_order.index('id="tracking"')
    assert "お支払いの手続きをお願いします" in of_order
    assert "お店が確認しています" not in of_order, "she can do something herself"
    assert "S-2" in hanako.client.get(f"{hanako.cards}/new").text
    done = hanako.register()
    assert "お支払いを、もう一度手続きしています" in done.text
    with app.app_context():
        settle_payments()
    hanako.now()
    assert (order.authorised, order.status) == ("done", "awaiting_shipment")
    assert "お支払いの手続きができませんでした" not in hanako.client.get(hanako.page).text


def test_the_same_card_is_tried_again_by_one_press_and_once(
    app: Flask, hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    held(cast, subscription, old)
    page = hanako.client.get(f"{hanako.page}/retry")
    assert "1,580" in page.text
    for _ in range(2):
        assert hanako.client.post(f"{hanako.page}/retry", data=hidden(page)).status_code == 303
    assert hanako.count(PaymentAttempt) == 2
    waiting = hanako.client.get(f"{hanako.page}/retry")
    assert "お支払いを手続きしています" in waiting.text
    assert waiting.headers["Refresh"] == "3"


def test_a_refused_payment_may_change_the_card_beyond_the_deadline(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card, clock: Clock
) -> None:
    rules = cast.session.scalars(select(SubscriptionRules)).one()
    rules.changes = {"card": 30}
    held(cast, subscription, old)
    hanako.register()
    assert hanako.paid_by() == "4242"


def test_on_the_day_on_which_the_next_order_is_made_she_is_told_before_she_sets_out(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card, clock: Clock
) -> None:
    held(cast, subscription, old)
    subscription.next_creation_on = tokyo_date(clock())
    cast.session.commit()
    page = hanako.client.get(f"{hanako.cards}/new").text
    assert "今日は次のお届けの準備をしています。明日、もう一度お試しください。" in page
    assert 'value="now"' not in page


def test_what_is_asked_for_again_already_is_no_part_of_the_next_press(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card, clock: Clock
) -> None:
    held(cast, subscription, old)
    waiting = held(cast, subscription, old, "S-3")
    again = {"kind": "authorise", "gateway": old.gateway, "amount": 1580, "state": "asked", "actor": "buyer:1"}
    key = {"idempotency_key": f"{waiting.id.hex}-authorise-2", "asked_at": clock()}
    cast.session.add(PaymentAttempt(shop_id=waiting.shop_id, order_id=waiting.id, card_id=old.id, **again, **key))
    cast.session.commit()
    page = hanako.client.get(f"{hanako.page}/retry").text
    assert "¥1,580のお支払いを、もう一度手続きする" in page
    assert "S-3" not in page


def test_after_a_refused_payment_the_page_has_one_button_that_stands_out(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    assert hanako.client.get(hanako.page).text.count("button primary") == 1
    held(cast, subscription, old)
    (button,) = re.findall(r'class="button primary" href="([^"]+)"', hanako.client.get(hanako.page).text)
    assert button == f"{hanako.cards}/new"


def test_without_a_card_that_can_be_asked_the_press_says_so(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    held(cast, subscription, old)
    subscription.payment_method, subscription.card_id = "代金引換", None
    cast.session.commit()
    fields = {"csrf_token": csrf_token(hanako.client, f"{hanako.cards}/new")}
    assert hanako.client.post(f"{hanako.page}/retry", data=fields).status_code == 409
    assert hanako.count(PaymentAttempt) == 1


# --- cards that are registered ------------------------------------------------------------------------------------------------
def test_a_card_can_be_registered_only_and_be_put_to_use_later(
    hanako: Hanako, cast: Cast, shop: Shop, old: Card
) -> None:
    cast.subscription(shop, "0000000002", payment_method="クレジットカード", card_id=old.id)
    cast.session.commit()
    assert "カードを登録しました" in hanako.register(use="later").text
    assert hanako.paid_by() == "1881"
    listed = hanako.client.get(hanako.cards).text
    (use,) = re.findall(r'href="([^"]+/use)"', listed)
    page = hanako.client.get(use)
    assert "•••• 1881" in page.text
    assert "•••• 4242" in page.text
    # What stays with the old card is named.
    assert "定期購入 0000000002" in page.text
    answer = hanako.press(use)
    assert answer.status_code == 303
    assert "受付番号" in hanako.client.get(answer.location).text
    assert hanako.paid_by() == "4242"
    other = cast.session.scalars(select(Subscription).filter_by(number="0000000002")).one()
    assert other.card_id == old.id


def test_a_page_from_before_another_change_puts_no_card_to_use(
    hanako: Hanako, session: Session, subscription: Subscription
) -> None:
    hanako.register(use="later")
    (use,) = re.findall(r'href="([^"]+/use)"', hanako.client.get(hanako.cards).text)
    seen = hidden(hanako.client.get(use))
    hanako.now().note_1 = "staff"
    session.commit()
    answer = hanako.client.post(use, data=seen)
    assert answer.status_code == 409
    assert "ほかの画面で変更されています" in answer.text
    assert hanako.paid_by() == "1881"
    again = hanako.client.post(use, data=hidden(answer))
    assert again.status_code == 303
    assert hanako.client.post(use, data=hidden(answer)).location == again.location
    assert (hanako.paid_by(), len(hanako.receipts())) == ("4242", 2), "one of the registration, one of the use"


def test_a_card_that_pays_is_not_deleted_and_names_what_it_pays(
    hanako: Hanako, cast: Cast, shop: Shop, old: Card
) -> None:
    cast.subscription(shop, "0000000002", payment_method="クレジットカード", card_id=old.id)
    cast.session.commit()
    path = f"{hanako.cards}/{old.id}/delete"
    page = hanako.client.get(path).text
    assert "削除できません" in page
    assert "定期購入 0000000001" in page
    assert "定期購入 0000000002" in page
    fields = {"csrf_token": csrf_token(hanako.client, f"{hanako.cards}/new"), "once": str(new_id())}
    assert hanako.client.post(path, data=fields).status_code == 409
    assert hanako.receipts() == []
    cast.session.refresh(old)
    assert old.deleted_at is None


def test_a_card_that_pays_nothing_is_deleted(hanako: Hanako, cast: Cast, shop: Shop, company: Company) -> None:
    spare = cast.card(shop, gateway=company.name, reference="spare", last4="0005", is_default=False)
    cast.session.commit()
    answer = hanako.press(f"{hanako.cards}/{spare.id}/delete")
    assert answer.status_code == 303
    listed = hanako.client.get(answer.location).text
    assert "カードを削除しました" in listed
    assert "0005" not in listed
    (receipt,) = hanako.receipts()
    assert (receipt.kind, receipt.facts) == ("card", {"cards": ["Visa •••• 0005", ""]})
    assert f"受付番号 {receipt.number}" in listed
    (mail,) = hanako.mails("subscription_changed")
    assert receipt.number in mail.body_text
    assert "Visa •••• 0005" in mail.body_text


def test_registering_only_is_proved_with_a_number_and_a_mail_too(hanako: Hanako) -> None:
    registration = hanako.set_out(use="later")
    hanako.company.type_card(registration.reference)
    for _ in range(2):
        page = hanako.come_back(registration).text
    (receipt,) = hanako.receipts()
    (before, after) = receipt.facts["cards"]
    assert (receipt.kind, before, after[-4:]) == ("card", "", "4242")
    assert receipt.number in page
    assert "カードを登録しました" in page
    (mail,) = hanako.mails("subscription_changed")
    assert after in mail.body_text


def test_a_card_of_a_resting_subscription_says_so_and_without_it_she_goes_on_with_another(
    hanako: Hanako, subscription: Subscription, old: Card
) -> None:
    hanako.now().state = "suspended"
    hanako.session.commit()
    path = f"{hanako.cards}/{old.id}/delete"
    for page in (hanako.client.get(hanako.cards).text, hanako.client.get(path).text):
        assert "どの定期購入にも使っていません" not in page
        assert "（一時停止中）" in page
    seen = hidden(hanako.form("resume"))
    assert hanako.press(path).status_code == 303
    for page in (
        hanako.form("resume").text,
        hanako.client.post(f"{hanako.page}/changes/resume/confirm", data=seen).text,
    ):
        assert "お使いになるカードを登録してください" in page
        assert f'href="{hanako.cards}"' in page
    assert hanako.now().state == "suspended"
    hanako.register()
    assert "お届け中" in hanako.carry_out("resume").text
    assert (hanako.now().state, hanako.paid_by()) == ("active", "4242")


def test_another_usual_card_changes_no_subscription(hanako: Hanako, cast: Cast, shop: Shop, company: Company) -> None:
    spare = cast.card(shop, gateway=company.name, reference="spare", last4="0005", is_default=False)
    cast.session.commit()
    answer = hanako.press(f"{hanako.cards}/{spare.id}/default", on=hanako.cards)
    assert "いつものカードにしました" in hanako.client.get(answer.location).text
    cast.session.refresh(spare)
    assert spare.is_default
    assert hanako.paid_by() == "1881"


def test_a_card_that_was_deleted_in_another_window_leads_back_to_the_list(
    hanako: Hanako, cast: Cast, shop: Shop, company: Company, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = cast.card(shop, gateway=company.name, reference="spare", last4="0005", is_default=False)
    cast.session.commit()
    seen = hidden(hanako.client.get(hanako.cards))
    path = f"{hanako.cards}/{spare.id}"

    def is_gone(answer: TestResponse) -> bool:
        return "このカードは、もう削除されています" in hanako.client.get(answer.location).text

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("portal.payments.cards.make_default", Mock(side_effect=LookupError))
        assert is_gone(hanako.client.post(f"{path}/default", data=seen))
    hanako.session.rollback()
    spare.deleted_at = clock()
    hanako.session.commit()
    assert is_gone(hanako.client.post(f"{path}/default", data=seen))
    for page in ("use", "delete"):
        assert is_gone(hanako.client.get(f"{path}/{page}"))


# --- who may --------------------------------------------------------------------------------------------------------------------
def test_where_the_shop_does_it_a_card_is_registered_only(hanako: Hanako, session: Session) -> None:
    session.scalars(select(SubscriptionRules)).one().changes = {"card": None}
    session.commit()
    assert 'value="now"' not in hanako.client.get(f"{hanako.cards}/new").text
    said = hanako.register(use="now")
    assert "まだ前のカードのまま" in said.text
    assert (hanako.paid_by(), hanako.count(Card)) == ("1881", 2)


def test_a_card_that_comes_back_too_late_waits_registered(hanako: Hanako, clock: Clock) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference)
    hanako.now().next_creation_on = date(2026, 11, 21)
    hanako.session.commit()
    said = hanako.come_back(registration)
    assert "まだ前のカードのまま" in said.text
    assert hanako.paid_by() == "1881"


def test_before_the_code_nothing_of_cards_is_seen(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    phone = Subscriber(app, session, shop, order, subscription, with_step=False)
    for path in ("cards", "cards/new", "retry"):
        answer = phone.client.get(f"{phone.page}/{path}")
        assert answer.status_code == 303
        assert urlsplit(answer.location).path == "/sakura/second-step"


def test_where_changing_needs_no_code_her_other_subscriptions_still_do(
    app: Flask, cast: Cast, session: Session, shop: Shop, order: Order, subscription: Subscription, old: Card
) -> None:
    shop.second_step = {"subscription": False}
    cast.subscription(shop, "0000000002", payment_method="クレジットカード", card_id=old.id)
    session.commit()
    phone = Subscriber(app, session, shop, order, subscription, with_step=False)
    assert phone.form("cycle").status_code == 200
    for path in ("cards", "cards/new", f"cards/{old.id}/use", f"cards/{old.id}/delete"):
        answer = phone.client.get(f"{phone.page}/{path}")
        assert answer.status_code == 303
        assert urlsplit(answer.location).path == "/sakura/second-step"
    phone.take_step()
    assert "定期購入 0000000002" in phone.client.get(f"{phone.page}/cards").text


def test_another_buyers_card_and_registration_are_not_there(hanako: Hanako, cast: Cast, shop: Shop) -> None:
    theirs = {"email_key": TARO["email_key"], "reference": "taros", "is_default": False}
    taros = cast.card(shop, **theirs)
    cast.session.commit()
    for verb in ("use", "delete"):
        assert hanako.client.get(f"{hanako.cards}/{taros.id}/{verb}").status_code == 404
    assert hanako.client.get(f"{hanako.cards}/{new_id()}/return").status_code == 404


def test_a_shop_without_a_payment_company_says_whom_to_ask(app: Flask, hanako: Hanako) -> None:
    app.extensions["ports"] = replace(app.extensions["ports"], gateways={})
    assert "お店にご連絡ください" in hanako.client.get(f"{hanako.cards}/new").text
