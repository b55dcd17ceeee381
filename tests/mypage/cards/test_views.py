"""花子's cards: putting one to use, making one the default, deleting one, and who may do so."""

import re
from dataclasses import replace
from datetime import date
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import (
    Card,
    Order,
    Shop,
    Subscription,
    SubscriptionRules,
)
from portal.models.base import new_id
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.cards.cardholder import Hanako
from tests.mypage.signing_in import csrf_token
from tests.mypage.subscribers import Subscriber, hidden
from tests.payments.companies import Company


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
    # The page names the subscriptions that stay with the old card.
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
    assert "いつものカードに設定しました" in hanako.client.get(answer.location).text
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
        return "このカードは、すでに削除されています" in hanako.client.get(answer.location).text

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("portal.payments.cards.make_default", Mock(side_effect=LookupError))
        assert is_gone(hanako.client.post(f"{path}/default", data=seen))
    hanako.session.rollback()
    spare.deleted_at = clock()
    hanako.session.commit()
    assert is_gone(hanako.client.post(f"{path}/default", data=seen))
    for page in ("use", "delete"):
        assert is_gone(hanako.client.get(f"{path}/{page}"))


# --- permissions ----------------------------------------------------------------------------------------------------------------
def test_where_the_shop_does_it_a_card_is_registered_only(hanako: Hanako, session: Session) -> None:
    session.scalars(select(SubscriptionRules)).one().changes = {"card": None}
    session.commit()
    assert 'value="now"' not in hanako.client.get(f"{hanako.cards}/new").text
    said = hanako.register(use="now")
    assert "お支払いに使うカードは変更されていません" in said.text
    assert (hanako.paid_by(), hanako.count(Card)) == ("1881", 2)


def test_a_card_that_comes_back_too_late_waits_registered(hanako: Hanako, clock: Clock) -> None:
    registration = hanako.set_out()
    hanako.company.type_card(registration.reference)
    hanako.now().next_creation_on = date(2026, 11, 21)
    hanako.session.commit()
    said = hanako.come_back(registration)
    assert "お支払いに使うカードは変更されていません" in said.text
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
    assert "当店へお問い合わせください" in hanako.client.get(f"{hanako.cards}/new").text
