"""Correcting a buyer's data."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import sessions
from portal.access.correcting import Buyer, correct_buyer
from portal.models import AuditEntry, AuditValue, BuyerSession, Order, Shop
from tests.cast import Cast
from tests.conftest import Clock

SUZUKI = "staff:suzuki"


def correct(session: Session, shop: Shop, order: Order, clock: Clock, **changes: str) -> bool:
    said = {name: getattr(order, name) for name in ("buyer_name", "buyer_kana", "phone", "email")} | changes
    return correct_buyer(session, shop, order, Buyer(**said), actor=SUZUKI, now=clock())


def ended(session: Session) -> list[bool]:
    session.expire_all()
    return [row.ended_at is not None for row in session.scalars(select(BuyerSession).order_by(BuyerSession.created_at))]


def test_what_was_wrong_and_what_is_right_stand_in_the_audit(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    order = cast.order(shop, buyer_name="山田 化子")
    assert correct(session, shop, order, clock, buyer_name="山田 花子")
    assert not correct(session, shop, order, clock)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action, entry.fields) == (SUZUKI, "order.buyer_corrected", ["buyer_name"])
    value = session.scalars(select(AuditValue)).one()
    assert (value.before, value.after) == ("山田 化子", "山田 花子")
    assert order.set_by_staff == ["buyer_name"]


def test_with_another_address_everybody_who_is_in_is_thrown_out(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    order, other = cast.order(shop), cast.order(shop, "A-2", email="taro@example.jp", email_key="taro@example.jp")
    sessions.start(session, order, token=None, now=clock())
    proved = sessions.start(session, other, token=None, now=clock.forward(seconds=1))
    session.scalars(
        select(BuyerSession).filter_by(token_digest=sessions.token_digest(proved))
    ).one().proved_email_key = order.email_key
    sessions.start(session, other, token=None, now=clock.forward(seconds=1))
    session.flush()
    assert correct(session, shop, order, clock, phone="090-0000-1111")
    assert ended(session) == [False, False, False]
    assert correct(session, shop, order, clock, email="Hanako.Y@example.jp")
    assert order.email_key == "hanako.y@example.jp"
    assert ended(session) == [True, True, False]
