"""A mail is a row written in the same transaction as the event it tells of."""

import threading
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import OutboxMail, Shop
from portal.notifications.outbox import Mailroom
from tests.cast import Cast
from tests.conftest import Clock

Post = Callable[..., None]


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def test_hanako_gets_her_code_from_the_shop_by_name(session: Session, cast: Cast, post: Post) -> None:
    shop = cast.shop()
    post(shop, cast.order(shop))
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.state, mail.recipient, mail.subject) == (
        "queued",
        "hanako@example.jp",
        "【さくら茶舗】確認コードのお知らせ",
    )
    assert mail.sender == "さくら茶舗 <shop@example.jp>"
    assert "482913" in mail.body_text
    assert "482913" in mail.body_html


def test_what_is_rolled_back_was_never_mailed(session: Session, cast: Cast, post: Post) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    session.commit()
    post(shop, order)
    session.rollback()
    assert session.scalar(select(func.count(OutboxMail.id))) == 0


def test_a_shop_without_an_address_of_its_own_writes_from_the_installations(
    session: Session, cast: Cast, post: Post
) -> None:
    shop = cast.shop(mail_from="")
    post(shop, cast.order(shop))
    mail = session.scalars(select(OutboxMail)).one()
    assert mail.sender == "さくら茶舗 <mypage@example.jp>"
    assert mail.message_id.endswith("@example.jp>")


def test_a_domain_may_be_as_long_as_domains_get(session: Session, cast: Cast, post: Post) -> None:
    domain = ".".join(["a" * 60] * 3 + ["b" * 40, "example", "jp"])
    shop = cast.shop(mail_from=f"shop@{domain}")
    post(shop, cast.order(shop))
    assert session.scalars(select(OutboxMail.message_id)).one().endswith(f"@{domain}>")


def test_the_same_news_is_told_once_and_another_shop_may_use_the_same_key(
    session: Session, cast: Cast, post: Post
) -> None:
    shop, other = cast.shop(), cast.shop("other")
    order, others = cast.order(shop), cast.order(other)
    for _ in range(3):
        post(shop, order, once_key="shipped:1")
        post(other, others, once_key="shipped:1")
        post(shop, order, once_key=None)
    session.commit()
    assert session.scalar(select(func.count(OutboxMail.id))) == 5


def test_the_same_news_told_at_the_same_moment_is_one_mail(
    app: Flask, session: Session, cast: Cast, mailroom: Mailroom, engine: Engine, clock: Clock
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    session.commit()
    start = threading.Barrier(8)

    def tell() -> None:
        with Session(engine) as own, own.begin():
            start.wait()
            mailroom.post(
                own,
                shop=shop,
                order=order,
                message="login_code",
                recipient=order.email,
                context={"code": "1", "order_code": "A"},
                language="ja",
                once_key="once",
                now=clock(),
            )

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.scalar(select(func.count(OutboxMail.id))) == 1


@pytest.mark.parametrize(
    "name", ["さくら\r\nBcc: taro@example.jp\r\n", "a\x00b\u2028c", '"さくら", <x@example.jp>', "桜" * 100]
)
def test_a_shops_name_never_becomes_a_header(session: Session, cast: Cast, post: Post, name: str) -> None:
    shop = cast.shop(name=name.replace("\x00", ""))  # PostgreSQL cannot store NUL
    post(shop, cast.order(shop))
    mail = session.scalars(select(OutboxMail)).one()
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = mail.sender, mail.recipient, mail.subject
    assert [address.addr_spec for address in message["From"].addresses] == ["shop@example.jp"]
    assert "\n" not in mail.subject
    assert {line.split(b":")[0] for line in bytes(message).splitlines() if b":" in line} <= {b"From", b"To", b"Subject"}
    assert max(len(line) for line in bytes(message).splitlines()) < 100


@pytest.mark.parametrize(
    "address", ["", "なし", "hanako", "a@b@example.jp", "x@example.jp\r\nBcc: y@example.jp", "x" * 300]
)
def test_an_address_that_is_none_is_a_failed_mail_and_no_exception(
    session: Session, cast: Cast, post: Post, address: str
) -> None:
    shop = cast.shop()
    post(shop, cast.order(shop), recipient=address)
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.state, mail.last_error) == ("failed", "bad_address")
    assert "\n" not in mail.recipient


def test_a_full_width_address_is_written_to_as_it_was_meant(session: Session, cast: Cast, post: Post) -> None:
    shop = cast.shop()
    post(shop, cast.order(shop), recipient="ｈａｎａｋｏ＠example.jp ")
    assert session.scalars(select(OutboxMail)).one().recipient == "hanako@example.jp"


def test_the_orders_own_link_opens_with_the_shops_page(app: Flask, session: Session, cast: Cast) -> None:
    shop: Shop = cast.shop()
    order = cast.order(shop)
    url = app.extensions["mailroom"].order_url(shop, order)
    assert url.startswith("http://localhost/sakura/o/")
    assert app.extensions["links"].read_order(shop.id, url.rpartition("/")[2]) == order.id


def test_the_sender_survives_being_read_again(session: Session, cast: Cast, post: Post) -> None:
    shop = cast.shop(name='茶, "葉" (京都) <x>')
    post(shop, cast.order(shop))
    message = EmailMessage(policy=SMTP)
    message["From"] = session.scalars(select(OutboxMail)).one().sender
    assert message["From"].addresses == (Address('茶, "葉" (京都) <x>', addr_spec="shop@example.jp"),)
