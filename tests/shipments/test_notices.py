"""Telling buyers that the carrier found nobody."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.models import OutboxMail, Shipment, Shop, TrackingEvent
from portal.notifications.outbox import Mailroom
from portal.shipments.notices import tell_attempted
from tests import outbox
from tests.cast import TARO, Cast
from tests.conftest import Clock


@pytest.fixture
def shop(cast: Cast, clock: Clock) -> Shop:
    return cast.shop(tells_attempts_since=clock() - timedelta(days=5))


@pytest.fixture
def parcel(cast: Cast, shop: Shop) -> Shipment:
    return cast.shipment(cast.order(shop), tracking_state="attempted")


def happened(parcel: Shipment, at: datetime, state: str = "attempted") -> None:
    parcel.events.append(TrackingEvent(shop_id=parcel.shop_id, occurred_at=at, state=state, words="", place=""))
    parcel.tracking_state = state


def told(session: Session, mailroom: Mailroom, shop: Shop, parcel: Shipment, clock: Clock) -> list[OutboxMail]:
    tell_attempted(session, mailroom, shop, parcel, now=clock())
    session.commit()
    return [mail for mail in outbox.mails(session) if mail.message == "delivery_attempted"]


def test_each_attempt_is_told_once_with_what_to_do(
    session: Session, mailroom: Mailroom, shop: Shop, parcel: Shipment, clock: Clock
) -> None:
    happened(parcel, clock() - timedelta(hours=1))
    (mail,) = told(session, mailroom, shop, parcel, clock)
    assert mail.subject == "【さくら茶舗】お届け先がご不在でした (A-10234)"
    for body in (mail.body_text, mail.body_html):
        for words in ("11月21日(土) 9:00", "ヤマト運輸", "1234-5678-9010", "kuronekoyamato", "/sakura/o/"):
            assert words in body
    happened(parcel, clock() - timedelta(minutes=50))
    assert len(told(session, mailroom, shop, parcel, clock)) == 1, "the carrier told of the same attempt again"
    happened(parcel, clock.forward(hours=4), "out_for_delivery")
    assert len(told(session, mailroom, shop, parcel, clock)) == 1
    happened(parcel, clock.forward(hours=1))
    assert len(told(session, mailroom, shop, parcel, clock)) == 2


def test_a_carrier_without_a_page_for_it_has_left_a_slip(
    session: Session, mailroom: Mailroom, cast: Cast, shop: Shop, clock: Clock
) -> None:
    parcel = cast.shipment(cast.order(shop), tracking_state="attempted", carrier="", tracking_number="")
    happened(parcel, clock())
    (mail,) = told(session, mailroom, shop, parcel, clock)
    assert "郵便受けの不在連絡票をご覧のうえ、配送会社へお申し込みください。" in mail.body_text


def test_each_buyer_in_a_bundled_parcel_is_told(
    session: Session, mailroom: Mailroom, cast: Cast, shop: Shop, clock: Clock
) -> None:
    parcel = cast.shipment(cast.order(shop), cast.order(shop, code="B-1", **TARO), tracking_state="attempted")
    happened(parcel, clock())
    mails = told(session, mailroom, shop, parcel, clock)
    assert {mail.recipient for mail in mails} == {"hanako@example.jp", "taro@example.jp"}


@pytest.mark.parametrize("ago", [timedelta(days=2, minutes=1), timedelta(days=6)])
def test_an_old_attempt_is_no_news(
    session: Session, mailroom: Mailroom, shop: Shop, parcel: Shipment, clock: Clock, ago: timedelta
) -> None:
    happened(parcel, clock() - ago)
    assert told(session, mailroom, shop, parcel, clock) == []


@pytest.mark.parametrize("since", [None, timedelta(minutes=30)])
def test_what_was_before_the_shop_turned_it_on_is_not_told(
    session: Session, mailroom: Mailroom, shop: Shop, parcel: Shipment, clock: Clock, since: timedelta | None
) -> None:
    shop.tells_attempts_since = clock() - since if since else None
    happened(parcel, clock() - timedelta(hours=1))
    assert told(session, mailroom, shop, parcel, clock) == []
