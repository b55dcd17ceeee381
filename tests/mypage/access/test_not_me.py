"""The link in a change's mail for a buyer who did not make the change."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import requests
from portal.models import BuyerRequest, OutboxMail, Shop, SubscriptionChange
from portal.subscriptions.rules.allowances import Change
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, submit


@pytest.fixture
def stage(app: Flask, cast: Cast, clock: Clock) -> "Stage":
    return Stage(app, cast, clock)


class Stage:
    """花子's shop, which asks for no code, after somebody has changed her email address."""

    def __init__(self, app: Flask, cast: Cast, clock: Clock) -> None:
        self.app, self.session = app, cast.session
        self.shop: Shop = cast.shop(second_step={"subscription": False}, notice_addresses=["suzuki@example.jp"])
        self.subscription = cast.subscription(self.shop)
        self.order = cast.order(self.shop, "T-1", subscription_id=self.subscription.id)
        self.change = SubscriptionChange(
            id=uuid4(),
            shop_id=self.shop.id,
            subscription_id=self.subscription.id,
            number="261121-7KQ2MX",
            kind=Change.CONTACT,
            outcome="done",
            facts={"email": ["hanako@example.jp", "evil@example.com"]},
            language="ja",
            actor="buyer:1",
            at=clock(),
        )
        self.subscription.email = self.subscription.email_key = "evil@example.com"
        self.session.add(self.change)
        self.session.commit()

    def link(self, shop: Shop | None = None) -> str:
        signed = self.app.extensions["links"].sign_change((shop or self.shop).id, self.change.id)
        return f"/{(shop or self.shop).slug}/not-me/{signed}"

    def requests(self) -> list[BuyerRequest]:
        self.session.rollback()
        return list(self.session.scalars(select(BuyerRequest)))


def test_opening_the_link_tells_what_was_done_and_changes_nothing(client: FlaskClient, stage: Stage) -> None:
    page = client.get(stage.link()).text
    for words in ("ご連絡先の変更", "261121-7KQ2MX", "11月21日(土) 10:00", "心当たりがないことを知らせる"):
        assert words in page
    for hers in ("hanako", "evil@", "山田"):
        assert hers not in page
    assert stage.requests() == []


def test_one_press_tells_the_shop_once(client: FlaskClient, stage: Stage) -> None:
    for _ in range(2):
        answer = client.post(stage.link(), data={"csrf_token": token(client)})
        assert (answer.status_code, answer.location) == (303, stage.link())
    (request,) = stage.requests()
    assert (request.kind, request.subscription_id) == ("not_me", stage.subscription.id)
    assert request.text == "261121-7KQ2MX ご連絡先の変更"
    assert request.reply_to == "hanako@example.jp", "not the address that somebody put in its place"
    mails = stage.session.scalars(select(OutboxMail)).all()
    assert [mail.message for mail in mails] == ["staff_notice"]
    page = client.get(stage.link()).text
    assert "お問い合わせを受け付けました" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_of_an_earlier_change_the_answer_does_not_go_to_the_address_that_was_put_in_its_place(
    client: FlaskClient, stage: Stage, clock: Clock
) -> None:
    stage.change.facts = {"next_skipped": [False, True]}
    clock.forward(minutes=5)
    later = {"kind": Change.CONTACT, "outcome": "done", "language": "ja", "actor": "buyer:1", "at": clock()}
    facts = {"email": ["hanako@example.jp", "evil@example.com"]}
    ids = {"id": uuid4(), "shop_id": stage.shop.id, "subscription_id": stage.subscription.id}
    stage.session.add(SubscriptionChange(**ids, number="261121-8KQ2MX", facts=facts, **later))
    stage.session.commit()
    submit(client, stage.link(), {})
    (request,) = stage.requests()
    assert requests.reply_address(request, stage.order) == "hanako@example.jp"


def test_nobody_took_the_address_over_it_goes_to_the_subscriptions(client: FlaskClient, stage: Stage) -> None:
    stage.change.facts = {"next_skipped": [False, True]}
    stage.subscription.email = stage.subscription.email_key = "hana@example.com"
    stage.session.commit()
    submit(client, stage.link(), {})
    (request,) = stage.requests()
    assert requests.reply_address(request, stage.order) == "hana@example.com"


def token(client: FlaskClient, slug: str = "sakura") -> str:
    return csrf_token(client, f"/{slug}/")


def test_once_answered_it_is_not_asked_again(client: FlaskClient, stage: Stage, session: Session, clock: Clock) -> None:
    submit(client, stage.link(), {})
    stage.requests()[0].answered_at = clock()
    session.commit()
    client.post(stage.link(), data={"csrf_token": token(client)})
    assert len(stage.requests()) == 1


def test_however_many_requests_wait_this_one_is_taken(client: FlaskClient, stage: Stage, clock: Clock) -> None:
    for number in range(5):
        asked = {"shop_id": stage.shop.id, "order_id": stage.order.id, "kind": "other", "text": str(number)}
        stage.session.add(BuyerRequest(created_at=clock(), **asked))
    stage.session.commit()
    assert submit(client, stage.link(), {}).status_code == 303
    assert len(stage.requests()) == 6


def test_a_link_that_we_did_not_write_or_of_another_shop_is_no_page(
    client: FlaskClient, stage: Stage, cast: Cast
) -> None:
    momiji = cast.shop(slug="momiji")
    cast.session.commit()
    links = stage.app.extensions["links"]
    order_link = links.sign_order(stage.shop.id, stage.change.id)
    for path in (
        stage.link()[:-1],
        f"/sakura/not-me/{order_link}",
        stage.link().replace("/sakura/", "/momiji/"),
        stage.link(momiji),
    ):
        assert client.get(path).status_code == 404
        typed = {"csrf_token": token(client, path.split("/")[1])}
        assert client.post(path, data=typed).status_code == 404
    assert stage.requests() == []
