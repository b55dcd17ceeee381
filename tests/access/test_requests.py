"""Answering the requests of buyers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import requests, resend
from portal.access.requests import RequestKind
from portal.models import AuditEntry, BuyerRequest, Order, OutboxMail, Shop
from portal.notifications.outbox import Mailroom
from tests.cast import Cast
from tests.conftest import Clock

SUZUKI = "staff:suzuki"


@pytest.fixture
def asked(session: Session, clock: Clock, mailroom: Mailroom) -> Callable[..., BuyerRequest]:
    def ask(shop: Shop, order: Order, reply_to: str = "") -> BuyerRequest:
        request = requests.create(
            session,
            shop,
            order,
            kind=RequestKind.OTHER,
            text="のしを付けて",
            reply_to=reply_to,
            mailroom=mailroom,
            actor="buyer:1",
            now=clock(),
        )
        session.flush()
        return request

    return ask


@pytest.mark.parametrize(
    ("reply_to", "email_key", "address"),
    [
        ("hana@example.com", "new@example.jp", "hana@example.com"),
        ("", "new@example.jp", "new@example.jp"),
        ("090-1234-5678", "new@example.jp", "new@example.jp"),
        ("", "", "hanako@example.jp"),
    ],
)
def test_about_a_subscription_it_goes_to_the_address_that_this_has_now(
    cast: Cast, session: Session, clock: Clock, reply_to: str, email_key: str, address: str
) -> None:
    """The order keeps the email address it was placed with; the subscription has the buyer's present one."""
    shop = cast.shop()
    subscription = cast.subscription(shop, email_key=email_key)
    order = cast.order(shop, subscription_id=subscription.id)
    kind = RequestKind.SUBSCRIPTION
    more = {"text": "", "reply_to": reply_to, "actor": "buyer:1", "now": clock()}
    request = requests.write(session, order, subscription=subscription, kind=kind, **more)
    assert requests.reply_address(request, order) == address


@pytest.mark.parametrize(
    ("reply_to", "address"),
    [("", "hanako@example.jp"), ("Hana@Example.jp", "hana@example.jp"), ("090-1234-5678", "hanako@example.jp")],
)
def test_the_answer_goes_where_the_buyer_wants_it_once(
    cast: Cast,
    session: Session,
    clock: Clock,
    mailroom: Mailroom,
    asked: Callable[..., BuyerRequest],
    reply_to: str,
    address: str,
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    request = asked(shop, order, reply_to)
    for text, sent in (("付けました。", True), ("もう一度。", False)):
        assert sent is requests.answer(
            session, shop, order, request, text, mailroom=mailroom, actor=SUZUKI, now=clock()
        )
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.recipient, mail.message, mail.order_id) == (address, "request_answered", order.id)
    assert "付けました。" in mail.body_text
    assert "> のしを付けて" in mail.body_text
    assert (request.answered_by, request.answer, request.answered_at) == (SUZUKI, "付けました。", clock())


def test_settled_without_a_mail(
    cast: Cast, session: Session, clock: Clock, mailroom: Mailroom, asked: Callable[..., BuyerRequest]
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    request = asked(shop, order)
    assert requests.resolve(session, request, actor=SUZUKI, now=clock())
    assert not requests.resolve(session, request, actor=SUZUKI, now=clock())
    assert not requests.answer(session, shop, order, request, "x", mailroom=mailroom, actor=SUZUKI, now=clock())
    assert session.scalars(select(OutboxMail)).all() == []
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "request.created",
        "request.settled",
    ]


# --- the link again --------------------------------------------------------------------------------------------------
def test_the_link_goes_out_once_until_staff_want_another_one(
    cast: Cast, session: Session, clock: Clock, mailroom: Mailroom
) -> None:
    shop = cast.shop()
    order = cast.order(shop)

    def send(shop: Shop = shop, after: object = None) -> resend.SentLately | None:
        last = resend.send_link(
            session,
            shop,
            order,
            mailroom=mailroom,
            after=after,
            actor=SUZUKI,
            now=clock(),  # type: ignore[arg-type]
        )
        session.flush()
        return last

    assert send() is None
    last = send()
    assert last is not None
    assert last.at == clock()
    clock.forward(seconds=1)
    assert send(after=last.mail_id) is None
    assert send(after=last.mail_id) is not None, "pressed twice"
    clock.forward(minutes=10)
    assert send() is None
    mails = session.scalars(select(OutboxMail)).all()
    assert {(mail.recipient, mail.message) for mail in mails} == {("hanako@example.jp", "order_link")}
    assert len(mails) == 3
    assert session.scalars(select(AuditEntry.action)).all() == ["order_link.sent"] * 3


@pytest.mark.parametrize(("since", "told"), [(None, 0), (-1, 1), (1, 0)])
def test_the_buyer_hears_that_a_request_came_in_if_the_shop_has_turned_it_on(
    cast: Cast, session: Session, clock: Clock, asked: Callable[..., BuyerRequest], since: int | None, told: int
) -> None:
    begun = clock() + timedelta(hours=since) if since is not None else None
    shop = cast.shop(tells_requests_since=begun)
    order = cast.order(shop)
    for _ in range(2):
        asked(shop, order, reply_to="somebody@example.com")
    mails = session.scalars(select(OutboxMail).filter_by(message="request_received")).all()
    assert [mail.recipient for mail in mails] == ["hanako@example.jp"] * told, "never to an address that was typed"
    for mail in mails:
        assert mail.subject == "【さくら茶舗】お問い合わせを受け付けました (A-10234)"
        for body in (mail.body_text, mail.body_html):
            assert "2026年11月21日(土) 10:00" in body
            assert "その他" in body
            assert "のしを付けて" not in body
