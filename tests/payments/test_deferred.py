"""An order paid through a deferred-payment company: holds, the Today list, and switching to cash on delivery."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order, Shop
from portal.payments.deferred import Credit, move, switch_to_cod
from portal.payments.rules.credit_states import CreditMoveError
from tests.cast import Cast
from tests.conftest import Clock

STAFF = "staff:suzuki"


def an_order(cast: Cast, shop: Shop, **changes: object) -> Order:
    return cast.order(shop, **({"payment_method": "NP後払い", "payment_state": "unknown"} | changes))


def go(session: Session, order: Order, clock: Clock, *states: Credit) -> None:
    for state in states:
        assert move(session, order, state, actor="cli", now=clock())
    session.commit()


def test_a_move_is_written_to_the_audit_once(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    order = an_order(cast, shop, deferred_state="to_register")
    go(session, order, clock, Credit.REGISTERED)
    assert not move(session, order, Credit.REGISTERED, actor="cli", now=clock())
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == order.id)).all()
    assert actions == ["order.credit_moved"]


def test_a_move_that_does_not_exist_changes_nothing(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    order = an_order(cast, shop, deferred_state="to_register")
    with pytest.raises(CreditMoveError):
        move(session, order, Credit.REPORTED, actor="cli", now=clock())
    session.commit()
    session.refresh(order)
    assert order.deferred_state == "to_register"


def test_an_order_on_hold_is_sent_when_its_credit_is_approved(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    order = an_order(cast, shop, status="on_hold", deferred_state="to_register")
    go(session, order, clock, Credit.REGISTERED, Credit.IN_REVIEW, Credit.PENDING)
    assert order.status == "on_hold"
    go(session, order, clock, Credit.APPROVED)
    assert order.status == "awaiting_shipment"


def test_a_refusal_keeps_the_order_back_and_stands_on_the_today_list_until_it_is_better(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    order = an_order(cast, shop, deferred_state="in_review")
    go(session, order, clock, Credit.REJECTED)
    assert (order.status, order.needs_attention) == ("on_hold", "deferred_ng")
    go(session, order, clock, Credit.TO_REGISTER)
    assert order.needs_attention == ""
    go(session, order, clock, Credit.REGISTERED, Credit.APPROVED)
    assert (order.status, order.needs_attention) == ("awaiting_shipment", "")


def test_a_report_that_differs_stands_on_the_today_list(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    order = an_order(cast, shop, status="shipped", deferred_state="approved")
    go(session, order, clock, Credit.REPORT_ASKED, Credit.REPORTING, Credit.REPORT_NG)
    assert (order.status, order.needs_attention) == ("shipped", "deferred_differs")
    go(session, order, clock, Credit.REPORT_ASKED, Credit.REPORTED)
    assert order.needs_attention == ""


@pytest.mark.parametrize(
    ("status", "becomes"), [("awaiting_shipment", "on_hold"), ("picking", "on_hold"), ("shipped", "shipped")]
)
def test_an_order_whose_payment_the_company_canceled_is_kept_back_and_stands_on_the_today_list(
    session: Session, cast: Cast, shop: Shop, clock: Clock, status: str, becomes: str
) -> None:
    order = an_order(cast, shop, status=status, deferred_state="approved")
    go(session, order, clock, Credit.CANCELED)
    assert (order.status, order.needs_attention) == (becomes, "deferred_canceled")


@pytest.mark.parametrize("status", ["cancelled", "returned", "return_pending"])
def test_a_canceled_order_needs_nobody_when_the_company_confirms_it(
    session: Session, cast: Cast, shop: Shop, clock: Clock, status: str
) -> None:
    order = an_order(cast, shop, status=status, deferred_state="cancel_asked")
    go(session, order, clock, Credit.CANCELED)
    assert (order.status, order.needs_attention) == (status, "")


def test_what_else_an_order_waits_for_stays(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    order = an_order(cast, shop, deferred_state="to_register", needs_attention="rates_unknown")
    go(session, order, clock, Credit.REGISTERED)
    assert order.needs_attention == "rates_unknown"


def test_cash_on_delivery_is_pending_until_the_company_has_canceled(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    order = an_order(cast, shop, deferred_state="approved")
    for _ in range(2):
        assert not switch_to_cod(session, order, "代金引換", actor=STAFF, now=clock())
        session.commit()
        assert (order.payment_method, order.next_payment_method) == ("NP後払い", "代金引換")
        assert (order.deferred_state, order.status) == ("cancel_asked", "on_hold")
    go(session, order, clock, Credit.CANCELED)
    assert (order.payment_method, order.next_payment_method, order.status) == ("代金引換", "", "awaiting_shipment")
    assert switch_to_cod(session, order, "代金引換", actor=STAFF, now=clock())


@pytest.mark.parametrize("state", ["to_register", "registration_ng", "rejected"])
def test_what_the_company_does_not_have_changes_at_once(
    session: Session, cast: Cast, shop: Shop, clock: Clock, state: str
) -> None:
    order = an_order(cast, shop, status="on_hold", deferred_state=state)
    assert switch_to_cod(session, order, "代金引換", actor=STAFF, now=clock())
    session.commit()
    session.refresh(order)
    assert (order.payment_method, order.deferred_state, order.status) == (
        "代金引換",
        "cancelled",
        "awaiting_shipment",
    )


def test_an_order_without_a_known_state_may_stand_at_the_company_and_is_pending(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    order = an_order(cast, shop)
    assert not switch_to_cod(session, order, "代金引換", actor=STAFF, now=clock())
    assert (order.deferred_state, order.payment_method) == ("cancel_asked", "NP後払い")


def test_after_the_report_has_begun_it_is_too_late(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    order = an_order(cast, shop, status="shipped", deferred_state="reporting")
    with pytest.raises(CreditMoveError):
        switch_to_cod(session, order, "代金引換", actor=STAFF, now=clock())
    session.commit()
    session.refresh(order)
    assert (order.next_payment_method, order.deferred_state) == ("", "reporting")
