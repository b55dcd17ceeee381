"""Tracking events of a file: each once, in the order of their own time, and what they say of the parcel."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from portal.models import (
    Shop,
)
from portal.values.states import ShipmentStatus
from tests.conftest import Clock
from tests.importing.files import (
    CREATED,
    UPDATED,
    outcomes,
    the_order,
)
from tests.importing.shipments.results import event, take


def test_events_come_in_once_and_sort_by_their_own_time(shop: Shop, session: Session, clock: Clock) -> None:
    rows = [
        event("配達中", "2026/11/21 09:00"),
        event("荷物受付", "2026/11/20 18:00"),
        event("配達中", "2026/11/21 09:00"),
    ]
    assert outcomes(take(session, shop, clock, *rows)) == CREATED
    (parcel,) = the_order(session).shipments
    assert [(found.words, found.state) for found in parcel.events] == [
        ("配達中", "out_for_delivery"),
        ("荷物受付", "accepted"),
    ]
    assert parcel.events[0].occurred_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert (parcel.tracking_state, parcel.events[0].place) == ("out_for_delivery", "大阪ベース")


def test_a_late_event_does_not_undo_a_delivery(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, event("配達完了", "2026/11/21 10:00"))
    assert outcomes(take(session, shop, clock, event("輸送中", "2026/11/21 11:00"))) == UPDATED
    (parcel,) = the_order(session).shipments
    assert (parcel.tracking_state, len(parcel.events)) == ("delivered", 2)


def test_unknown_words_are_kept_as_they_came(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, event("荷物受付", "2026/11/20 18:00"), event("ドローンで飛行中", "2026/11/21 09:00"))
    (parcel,) = the_order(session).shipments
    assert (parcel.events[0].words, parcel.events[0].state, parcel.tracking_state) == (
        "ドローンで飛行中",
        "",
        "accepted",
    )


def test_a_scan_tells_the_ship_date_when_nobody_else_does(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, event("荷物受付", "2026/11/19 18:00", 出荷日=""))
    (parcel,) = the_order(session).shipments
    assert (parcel.status, parcel.shipped_on) == (ShipmentStatus.SHIPPED, date(2026, 11, 19))


def test_a_post_office_box_is_reached_when_the_buyer_fetches_it(shop: Shop, session: Session, clock: Clock) -> None:
    the_order(session).recipient_address = "大阪中央郵便局 私書箱123号"
    session.commit()
    post = {"配送方法": "日本郵便 ゆうパック", "送り状番号": "123456789021"}
    take(session, shop, clock, event("お届け先にお届け済み", "2026/11/21 09:00", **post))
    assert the_order(session).shipments[0].tracking_state == "held"
    take(session, shop, clock, event("窓口でお渡し", "2026/11/21 12:00", **post))
    assert the_order(session).shipments[0].tracking_state == "delivered"


def test_a_blank_code_means_the_parcel_above(shop: Shop, session: Session, clock: Clock) -> None:
    further = {"配送日時": "2026/11/21 09:00", "配送状況": "配達中"}
    assert outcomes(take(session, shop, clock, event("荷物受付", "2026/11/20 18:00"), further)) == CREATED
    assert len(the_order(session).shipments[0].events) == 2
