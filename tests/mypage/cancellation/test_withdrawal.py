"""The link in the mail about a request to cancel, by which its buyer takes the request back."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.today.kinds import Day
from admin.today.work import WORK
from portal.access import requests
from portal.models import SubscriptionChange
from portal.subscriptions.cancellation.withdrawal import withdraw
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.cancellation.buyers import Buyer, bound
from tests.mypage.signing_in import csrf_token

WAY = "?by=without-code"


@pytest.fixture
def hanako(app: Flask, cast: Cast) -> Buyer:
    """Return 花子, who has asked to cancel without the code."""
    buyer = Buyer(app, cast)
    buyer.cancel(WAY)
    return buyer


def link(buyer: Buyer) -> str:
    """Return the path of the link in the newest mail about a cancellation."""
    found = re.search(r"http://localhost(/sakura/withdraw/\S+)", buyer.mails("subscription_canceled")[-1].body_text)
    assert found
    return found[1]


def press(client: FlaskClient, path: str) -> str:
    answer = client.post(path, data={"csrf_token": csrf_token(client, "/sakura/")})
    assert (answer.status_code, answer.location) == (303, path)
    return client.get(path).text


def waiting(buyer: Buyer, clock: Clock) -> int:
    """Return how many requests wait on staff's list of today's work."""
    (kind,) = (kind for kind in WORK if kind.name == "requests")
    buyer.session.rollback()
    count, _things = kind.find(Day(buyer.session, buyer.shop, buyer.rules, clock()))
    buyer.session.commit()
    return count


def test_opening_the_link_changes_nothing_and_shows_nobody(client: FlaskClient, hanako: Buyer) -> None:
    page = client.get(link(hanako)).text
    for words in ("解約のお申し込みを取り下げますか", hanako.receipts()[0].number, "11月21日(土) 10:00", "0000000001"):
        assert words in page
    for hers in ("hanako", "山田", "煎茶", "1,080"):
        assert hers not in page
    assert hanako.requests()[0].answered_at is None


def test_one_press_takes_the_request_back_and_staff_have_nothing_left_to_do(
    client: FlaskClient, hanako: Buyer, clock: Clock
) -> None:
    assert waiting(hanako, clock) == 1
    clock.forward(minutes=5)
    page = press(client, link(hanako))
    assert "11月21日(土) 10:05</time>に取り下げを承りました。定期購入は、これまでどおり続きます。" in page
    assert "<form" not in page.split("</main>")[0]
    assert waiting(hanako, clock) == 0
    (request,) = hanako.requests()
    assert request.withdrawn_at == request.answered_at == clock()
    assert hanako.now().state == "active"
    clock.forward(minutes=5)
    press(client, link(hanako))
    assert hanako.requests()[0].withdrawn_at == request.withdrawn_at, "pressed twice is once"


def test_what_was_withdrawn_can_be_asked_for_again(client: FlaskClient, hanako: Buyer, clock: Clock) -> None:
    first = hanako.receipts()[0]
    press(client, link(hanako))
    done = hanako.client.get(f"{hanako.page}/{first.id}").text
    assert "解約のお申し込みを取り下げました" in done
    clock.forward(minutes=5)
    hanako.cancel(WAY)
    assert [request.withdrawn_at is None for request in hanako.requests()] == [False, True]
    assert "取り下げますか" in client.get(link(hanako)).text


def test_staff_who_were_faster_are_named_with_the_time(client: FlaskClient, hanako: Buyer, clock: Clock) -> None:
    requests.resolve(hanako.session, hanako.requests()[0], actor="staff:1", now=clock.forward(minutes=5))
    hanako.session.commit()
    page = press(client, link(hanako))
    assert "11月21日(土) 10:05</time>に当店が対応したため" in page
    assert hanako.requests()[0].withdrawn_at is None


def test_a_withdrawn_request_cannot_be_answered(hanako: Buyer, clock: Clock) -> None:
    (receipt,), (request,) = hanako.receipts(), hanako.requests()
    assert withdraw(hanako.session, hanako.session.merge(receipt), now=clock())
    assert not requests.resolve(hanako.session, hanako.session.merge(request), actor="staff:1", now=clock())


def test_a_cancellation_in_force_has_no_such_link(app: Flask, cast: Cast, client: FlaskClient) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    hanako.cancel()
    (mail,) = hanako.mails("subscription_canceled")
    assert "/withdraw/" not in mail.body_text + mail.body_html
    (receipt,) = hanako.receipts()
    assert client.get(f"/sakura/withdraw/{signed(app, receipt)}").status_code == 404


def test_a_link_signed_for_another_purpose_opens_nothing(app: Flask, client: FlaskClient, hanako: Buyer) -> None:
    receipt = hanako.receipts()[0]
    assert client.get(f"/sakura/withdraw/{signed(app, receipt)}").status_code == 200
    other = app.extensions["links"].sign_change(hanako.shop.id, receipt.id)
    assert client.get(f"/sakura/withdraw/{other}").status_code == 404


def signed(app: Flask, receipt: SubscriptionChange) -> str:
    found: str = app.extensions["links"].sign_withdrawal(receipt.shop_id, receipt.id)
    return found


def test_the_page_offers_it_only_to_who_is_proved(app: Flask, cast: Cast, hanako: Buyer) -> None:
    """Who has only read name and code on the parcel must not undo what the buyer asked for."""
    receipt = hanako.receipts()[0]
    page = f"{hanako.page}/{receipt.id}"
    assert "/withdraw/" not in hanako.client.get(page).text
    hanako.take_step()
    assert "/withdraw/" in hanako.client.get(page).text


def test_the_mail_says_it_in_english_too(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.client.set_cookie("language", "en", path="/")
    hanako.take_step()
    hanako.cancel()
    (mail,) = hanako.mails("subscription_canceled")
    assert "/withdraw/" in mail.body_html
    assert hanako.client.get(link(hanako)).status_code == 200
