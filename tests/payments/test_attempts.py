"""Payments are never charged twice and never lost: crashes, lost answers, two workers, forgotten keys."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.adapters.sandbox_gateway import SandboxGateway
from portal.config import Settings
from portal.jobs.payments import settle_payments
from portal.models import Order, PaymentAttempt, Shop
from portal.payments import attempts
from portal.payments.company import PAUSES, pause
from portal.ports import GatewayDownError, PaymentGateway, PaymentStanding, PaymentUncertainError
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.fixtures import Subscribed
from tests.payments.gateways import Troubled, raising

ROOT = Path(__file__).parents[2]
Use = Callable[[PaymentGateway], None]


def run(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        settle_payments()
    session.expire_all()


def standings(sandbox: SandboxGateway) -> list[str]:
    return [payment.standing for _, payment in sandbox.payments()]


def state_of(session: Session) -> list[tuple[str, str]]:
    found = session.execute(select(PaymentAttempt.kind, PaymentAttempt.state).order_by(PaymentAttempt.asked_at))
    return [(kind, state) for kind, state in found]


def killed_after(kind: str, settings: Settings, clock: Clock) -> None:
    environment = {
        "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": "memory://",
        "PUBLIC_URL": "http://localhost",
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.payments.dying_worker", kind, clock().isoformat()]
    died = subprocess.run(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, check=False)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.parametrize("keys", ["kept", "forgotten"])
def test_a_worker_killed_between_the_companys_answer_and_writing_it_charges_nobody_twice(
    app: Flask,
    session: Session,
    settings: Settings,
    clock: Clock,
    use: Use,
    sandbox: SandboxGateway,
    subscribed: Subscribed,
    keys: str,
) -> None:
    _, order = subscribed()
    session.commit()
    killed_after("authorise", settings, clock)
    assert state_of(session) == [("authorise", "asked")]
    assert standings(sandbox) == [PaymentStanding.AUTHORISED]
    session.rollback()
    use(sandbox)
    run(app, session)
    assert order.authorised == "held", "the dead worker's claim still holds"
    clock.forward(**({"minutes": 3} if keys == "kept" else {"hours": 30}))
    if keys == "forgotten":
        sandbox.forget_keys()
    run(app, session)
    assert (order.authorised, order.status) == ("done", "awaiting_shipment")
    assert len(sandbox.payments()) == 1


def test_a_worker_killed_while_capturing_takes_the_money_once(
    app: Flask,
    session: Session,
    settings: Settings,
    clock: Clock,
    sandbox: SandboxGateway,
    cast: Cast,
    subscribed: Subscribed,
    settle: Callable[[], None],
    capture: Callable[[], None],
) -> None:
    _, order = subscribed()
    settle()
    cast.shipment(order)
    session.commit()
    attempts.ask(
        session,
        order,
        kind="capture",
        card_id=None,
        amount=order.total,
        gateway="sandbox",
        payment_reference=sandbox.payments()[0][1].reference,
        actor="test",
        now=clock(),
    )
    session.commit()
    killed_after("capture", settings, clock)
    assert order.payment_state == "unpaid"
    session.rollback()
    clock.forward(hours=30)
    sandbox.forget_keys()
    capture()
    assert (order.authorised, order.payment_state) == ("captured", "paid")
    assert standings(sandbox) == [PaymentStanding.CAPTURED]


def test_a_lost_answer_is_looked_up_before_anything_is_asked_again(
    app: Flask, session: Session, clock: Clock, use: Use, sandbox: SandboxGateway, subscribed: Subscribed
) -> None:
    _, order = subscribed()
    gateway = Troubled(sandbox, after=raising(PaymentUncertainError()))
    use(gateway)
    run(app, session)
    assert (order.authorised, state_of(session)) == ("held", [("authorise", "asked")])
    session.rollback()
    clock.forward(minutes=1)
    run(app, session)
    assert order.authorised == "done"
    assert gateway.calls == ["authorise", "find"]


def test_a_question_that_never_arrived_is_asked_again_and_again_later(
    app: Flask, session: Session, clock: Clock, use: Use, sandbox: SandboxGateway, subscribed: Subscribed
) -> None:
    _, order = subscribed()
    use(Troubled(sandbox, before=raising(GatewayDownError(), PaymentUncertainError(), ZeroDivisionError())))
    for tries in (1, 2, 3):
        run(app, session)
        assert order.authorised == "held"
        session.rollback()
        clock.forward(seconds=pause(tries).total_seconds() - 1)
        run(app, session)
        assert order.authorised == "held"
        session.rollback()
        clock.forward(seconds=1)
    run(app, session)
    assert (order.authorised, len(sandbox.payments())) == ("done", 1)


def test_an_answer_that_takes_longer_than_the_claim_is_written_once(
    app: Flask, session: Session, clock: Clock, use: Use, sandbox: SandboxGateway, subscribed: Subscribed
) -> None:
    """The second worker starts while the first is still waiting for its answer."""
    _, order = subscribed()

    def second_worker(_name: str) -> None:
        if len(gateway.calls) == 1:
            clock.forward(minutes=3)
            settle_payments()

    gateway = Troubled(sandbox, before=second_worker)
    use(gateway)
    run(app, session)
    assert gateway.calls == ["authorise", "find", "authorise"]
    assert (order.authorised, len(sandbox.payments())) == ("done", 1)


def test_two_workers_share_the_open_attempts(
    app: Flask, session: Session, cast: Cast, clock: Clock, use: Use, sandbox: SandboxGateway, subscribed: Subscribed
) -> None:
    subscription, first = subscribed()
    for number in range(3, 9):
        order = cast.order(cast.session.get_one(Shop, first.shop_id), f"0000000001-{number}", authorised="held")
        attempts.ask(
            session,
            order,
            kind="authorise",
            card_id=subscription.card_id,
            amount=1580,
            gateway="sandbox",
            actor="test",
            now=clock(),
        )
    session.commit()
    both_are_asking = threading.Barrier(2, timeout=30)
    meeting = threading.local()

    def meet(_name: str) -> None:
        if not getattr(meeting, "was", False):
            meeting.was = True
            both_are_asking.wait()

    gateway = Troubled(sandbox, before=meet)
    use(gateway)

    def work() -> None:
        with app.app_context():
            settle_payments()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    session.rollback()
    assert session.scalars(select(Order.authorised)).all() == ["done"] * 7
    assert standings(sandbox) == [PaymentStanding.AUTHORISED] * 7
    assert gateway.calls == ["authorise"] * 7


def test_asking_twice_is_asking_once(session: Session, clock: Clock, subscribed: Subscribed) -> None:
    subscription, order = subscribed()
    asked = {"kind": "authorise", "card_id": subscription.card_id, "amount": 1580, "gateway": "sandbox"}
    first = attempts.ask(session, order, **asked, actor="test", now=clock())
    assert attempts.ask(session, order, **asked, actor="test", now=clock()).id == first.id
    assert state_of(session) == [("authorise", "asked")]


def test_an_order_that_was_canceled_before_anybody_asked_is_not_charged(
    session: Session, sandbox: SandboxGateway, subscribed: Subscribed, settle: Callable[[], None]
) -> None:
    _, order = subscribed()
    order.status = "cancelled"
    settle()
    assert (order.authorised, sandbox.payments()) == ("none", [])


def test_an_unknown_payment_company_is_a_mistake_of_ours_and_the_buyer_hears_nothing(
    session: Session, app: Flask, subscribed: Subscribed
) -> None:
    _, order = subscribed()
    app.extensions["ports"].gateways.clear()
    run(app, session)
    assert (order.authorised, order.status, state_of(session)) == ("held", "on_hold", [("authorise", "asked")])


def test_pauses_grow_and_never_end() -> None:
    assert [pause(tries) for tries in (1, 2, 5, 50)] == [PAUSES[0], PAUSES[1], PAUSES[4], PAUSES[4]]
