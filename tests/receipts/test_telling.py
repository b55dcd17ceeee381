"""The mail about receipts that staff issued: sent at once if everything has shipped, else with the last parcel."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order, OutboxMail, Receipt, Shop
from portal.notifications.outbox import Mailroom
from portal.receipts.telling import Told, ask_to_tell, tell_waiting
from portal.receipts.voiding import void
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import shipped, table
from tests.receipts.test_custom_issuing import SUZUKI, issued, part


@pytest.fixture
def mailroom(app: Flask) -> Mailroom:
    found: Mailroom = app.extensions["mailroom"]
    return found


@pytest.fixture
def waiting(session: Session, cast: Cast, shop: Shop, clock: Clock) -> Order:
    """Return an order of which nothing has shipped, with two receipts issued by staff."""
    order = cast.order(shop, code="A-1001", code_key="A-1001")
    session.commit()
    issued(session, shop, order, clock, [part(1640), part(1640, "")])
    session.commit()
    return order


def ask(session: Session, mailroom: Mailroom, shop: Shop, order: Order, clock: Clock) -> Told:
    told = ask_to_tell(session, mailroom, shop=shop, order=order, actor=SUZUKI, now=clock())
    session.commit()
    return told


def told(session: Session) -> list[OutboxMail]:
    session.rollback()
    return list(session.scalars(select(OutboxMail).where(OutboxMail.message == "receipts_ready")))


def test_the_import_that_ships_the_last_parcel_tells_the_buyer(
    app: Flask, session: Session, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock, tmp_path: Path
) -> None:
    assert ask(session, mailroom, shop, waiting, clock) is Told.LATER
    assert told(session) == []
    file = tmp_path / "shipped.csv"
    file.write_bytes(table(shipped(出荷日="2026/11/20")))
    session.rollback()
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["import-shipments", str(file), "--shop", "sakura"])
        assert result.exit_code == 0, result.output
    (mail,) = told(session)
    assert mail.recipient == "hanako@example.jp"
    assert "00000001、00000002" in mail.body_text
    assert session.scalars(select(Receipt.tell_buyer)).all() == [False, False]


def test_nobody_is_told_who_was_not_to_be(
    session: Session, cast: Cast, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock
) -> None:
    cast.shipment(waiting)
    assert tell_waiting(session, mailroom, shop=shop, now=clock()) == 0
    assert told(session) == []


def test_a_second_parcel_still_to_come_keeps_the_mail_waiting(
    session: Session, cast: Cast, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock
) -> None:
    ask(session, mailroom, shop, waiting, clock)
    cast.shipment(waiting, status="waiting", tracking_number="2", shipped_on=None)
    cast.shipment(waiting)
    session.commit()
    session.expire_all()
    assert tell_waiting(session, mailroom, shop=shop, now=clock()) == 0


def test_receipts_that_were_voided_meanwhile_are_not_told_of(
    session: Session, cast: Cast, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock
) -> None:
    ask(session, mailroom, shop, waiting, clock)
    first, second = session.scalars(select(Receipt).order_by(Receipt.number)).all()
    void(session, first, reason="誤り", actor=SUZUKI, now=clock())
    cast.shipment(waiting)
    session.commit()
    session.expire_all()
    assert tell_waiting(session, mailroom, shop=shop, now=clock()) == 1
    session.commit()
    (mail,) = told(session)
    assert "00000001" not in mail.body_text
    void(session, second, reason="誤り", actor=SUZUKI, now=clock())
    assert ask(session, mailroom, shop, waiting, clock) is Told.NOBODY, "there is nothing left to tell of"


def test_an_order_without_an_address_is_not_told(
    session: Session, cast: Cast, shop: Shop, mailroom: Mailroom, clock: Clock
) -> None:
    order = cast.order(shop, code="A-2", email="", email_key="")
    cast.shipment(order)
    session.commit()
    issued(session, shop, order, clock, [part(3280)])
    assert ask(session, mailroom, shop, order, clock) is Told.NOBODY
    assert told(session) == []


def test_pressed_again_on_another_day_the_buyer_is_told_again(
    session: Session, cast: Cast, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock
) -> None:
    cast.shipment(waiting)
    session.commit()
    assert [ask(session, mailroom, shop, waiting, clock) for _ in range(2)] == [Told.NOW, Told.BEFORE]
    assert len(told(session)) == 1
    clock.forward(days=1)
    ask(session, mailroom, shop, waiting, clock)
    assert len(told(session)) == 2


def test_a_press_that_told_nobody_anything_is_not_in_the_record(
    session: Session, cast: Cast, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock
) -> None:
    noted = select(func.count(AuditEntry.id)).where(AuditEntry.action == "order.receipts_told")
    for _ in range(2):
        assert ask(session, mailroom, shop, waiting, clock) is Told.LATER
    assert session.scalar(noted) == 1, "it was marked already"
    cast.shipment(waiting)
    session.commit()
    assert [ask(session, mailroom, shop, waiting, clock) for _ in range(3)] == [Told.NOW, Told.BEFORE, Told.BEFORE]
    assert session.scalar(noted) == 2


def test_an_address_put_right_on_the_same_day_is_told_at_once(
    session: Session, cast: Cast, shop: Shop, waiting: Order, mailroom: Mailroom, clock: Clock
) -> None:
    cast.shipment(waiting)
    session.commit()
    ask(session, mailroom, shop, waiting, clock)
    waiting.email = waiting.email_key = "hanako@right.example.jp"
    session.commit()
    ask(session, mailroom, shop, waiting, clock)
    assert {mail.recipient for mail in told(session)} == {"hanako@example.jp", "hanako@right.example.jp"}
