"""Mails to the addresses that a shop has set for notices."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import OutboxMail
from portal.notifications import staff_notice
from portal.notifications.outbox import Mailroom
from tests.cast import Cast
from tests.conftest import Clock

LONG = f"{'ordering.' * 7}@{'a-very-long-department.' * 7}example.jp"


def test_each_address_is_told_once_however_long_it_is(
    session: Session, mailroom: Mailroom, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop(notice_addresses=[LONG, "shop@example.jp"])
    order = cast.order(shop)
    context = staff_notice.context(mailroom, shop, order_code=order.code, request_id=order.id)
    for _ in range(2):
        mailroom.tell_shop(
            session, shop=shop, order=order, message="staff_notice", context=context, about=order.id, now=clock()
        )
    session.commit()
    assert set(session.scalars(select(OutboxMail.recipient))) == {LONG, "shop@example.jp"}
    assert len(session.scalars(select(OutboxMail.id)).all()) == 2
