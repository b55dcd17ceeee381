"""Registering a card: to the payment company's page and back, at each of the companies."""

import re

from flask import Flask

from portal.adapters.sandbox_gateway import Behaviour
from portal.jobs.cards import settle_cards
from portal.models import (
    Card,
)
from tests.conftest import Clock
from tests.mypage.cards.cardholder import Hanako, tell


# --- to the company and back ---------------------------------------------------------------------------------------------------
def test_a_new_card_pays_from_then_on_and_is_proved_with_a_number(hanako: Hanako) -> None:
    page = hanako.client.get(f"{hanako.cards}/new")
    assert "Visa •••• 1881" in page.text
    assert f"form-action 'self' {hanako.company.gateway.page_origin};" in page.headers["Content-Security-Policy"]
    done = hanako.register(expires="2030-05")
    assert "お支払いに使うカードを変更しました" in done.text
    assert "•••• 4242" in done.text
    assert "05/2030" in done.text
    (receipt,) = hanako.receipts()
    assert receipt.number in done.text
    assert (receipt.kind, receipt.facts["card"][0]) == ("card", "Visa •••• 1881")
    assert hanako.paid_by() == "4242"
    assert len(hanako.mails("subscription_changed")) == 1
    # The old card stays registered.
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
        assert "お支払いに使うカードを変更しました" in hanako.come_back(registration).text
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
    # The company's page does not let her go on, so she returns.
    said = hanako.client.get(f"{hanako.cards}/{registration.id}/given-up")
    assert "何も変更されていません" in said.text
    assert "もう一度カードを登録する" in said.text
    assert hanako.paid_by() == "1881"
    hanako.register()
    assert hanako.paid_by() == "4242"


def test_turning_round_on_the_companys_page_is_no_mistake(hanako: Hanako) -> None:
    registration = hanako.set_out()
    said = hanako.client.get(f"{hanako.cards}/{registration.id}/given-up").text
    assert "カードは登録されていません" in said
    assert "もう一度カードを登録する" in said
    assert "Refresh" not in said
    assert hanako.count(Card) == 1


def test_an_address_that_is_only_opened_gives_nothing_up(hanako: Hanako) -> None:
    registration = hanako.set_out()
    hanako.client.get(f"{hanako.cards}/{registration.id}/given-up")
    assert hanako.registrations()[-1].state == "open"
    # With the browser's back button she can still go on.
    hanako.company.type_card(registration.reference)
    said = hanako.client.get(f"{hanako.cards}/{registration.id}/given-up")
    assert "お支払いに使うカードを変更しました" in said.text
    assert hanako.paid_by() == "4242"


def test_a_card_that_is_over_is_not_accepted(hanako: Hanako) -> None:
    said = hanako.register(expires="2026-10")
    assert "カードの有効期限が切れている可能性があります" in said.text
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
    assert "現在、カードの入力ページに接続できません" in answer.text
    assert "カードの入力ページへ進む" in answer.text
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
    # The error lets the company send its message again.
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
