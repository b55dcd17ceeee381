"""Receipts that staff issue: all parts at once, exactly once, more than was paid only for a manager's reason."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import MoneyMovement, Order, Receipt, Shop
from portal.payments.movements import Entry, enter
from portal.payments.rules.balance import Kind
from portal.receipts import ledger
from portal.receipts.custom import Part
from portal.receipts.custom_issuing import CustomRefusal, Issued, Seen, issue_parts, issued_together, last_number
from portal.receipts.drafting import Texts
from portal.receipts.issuing import Refused, issue
from portal.receipts.rules.permissions import Refusal
from tests.cast import Cast
from tests.conftest import Clock
from tests.shipments.shipped import order

__all__ = ["order"]


SUZUKI = "staff:suzuki"
ON = date(2026, 11, 20)


def part(amount: int, addressee: str = "株式会社アクメ", **changes: object) -> Part:
    return replace(Part(addressee, "御中", "お茶代として", amount, ON), **changes)  # type: ignore[arg-type]


def press(session: Session, shop: Shop, order: Order, clock: Clock, parts: Sequence[Part], **more: object) -> object:
    seen = more.pop("seen", None) or Seen(order.version, last_number(session, order))
    facts = {"issue_key": uuid4(), "verify_url": str, "actor": SUZUKI, "now": clock()}
    return issue_parts(session, shop=shop, order=order, parts=parts, seen=seen, **(facts | more))  # type: ignore[arg-type]


def issued(session: Session, shop: Shop, order: Order, clock: Clock, parts: Sequence[Part], **more: object) -> Issued:
    outcome = press(session, shop, order, clock, parts, **more)
    assert isinstance(outcome, Issued), outcome
    return outcome


def buyer_presses(session: Session, shop: Shop, order: Order, clock: Clock) -> Receipt | Refused:
    texts = Texts("山田 花子", "様", "お茶代として", "ja")
    return issue(session, shop=shop, order=order, texts=texts, verify_url=str, actor="buyer:1", now=clock())


def rates_of(receipts: Sequence[Receipt]) -> dict[int, int]:
    totals: dict[int, int] = {}
    for row in (row for receipt in receipts for row in receipt.snapshot["rates"]):
        totals[row["rate"]] = totals.get(row["rate"], 0) + row["total"]
    return totals


def test_three_parts_have_numbers_in_a_row_and_add_up_per_rate_without_stating_a_tax(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    receipts = issued(session, shop, order, clock, [part(1094), part(1093, ""), part(1093, "山田 花子")]).receipts
    assert [(one.number, one.part, one.issued_by) for one in receipts] == [
        (1, 1, "staff"),
        (2, 2, "staff"),
        (3, 3, "staff"),
    ]
    assert rates_of(receipts) == {8: 1080, 10: 2200}
    assert {row["tax"] for one in receipts for row in one.snapshot["rates"]} == {None}
    assert {one.snapshot["issuer"]["registration_number"] for one in receipts} == {"T6000012070001"}


def test_the_whole_amount_is_a_full_receipt_with_its_tax(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    (receipt,) = issued(session, shop, order, clock, [part(3280, "", note="備考です")]).receipts
    assert [(row["rate"], row["tax"]) for row in receipt.snapshot["rates"]] == [(8, 80), (10, 200)]
    assert [line["amount"] for line in receipt.snapshot["lines"]] == [1080, 2200]
    assert (receipt.snapshot["note"], receipt.note) == ("備考です", "備考です")


def test_the_counterparty_of_a_blank_addressee_is_the_buyer(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    (receipt,) = issued(session, shop, order, clock, [part(3280, "")]).receipts
    assert (receipt.addressee, receipt.counterparty) == ("", "山田 花子")


def test_a_part_names_what_was_bought_without_amounts_that_would_contradict_it(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    (receipt,) = issued(session, shop, order, clock, [part(1000)]).receipts
    lines = receipt.snapshot["lines"]
    assert [(line["name"], line["amount"], line["reduced"]) for line in lines] == [
        ("煎茶 やぶきた 100g", None, True),
        ("急須 青磁", None, False),
    ]


def test_a_part_by_lines_states_them_with_their_rates(session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    tea, pot = issued(session, shop, order, clock, [part(1080, items=(0,)), part(2200, items=(1,))]).receipts
    assert (rates_of([tea]), rates_of([pot])) == ({8: 1080}, {10: 2200})
    assert [(line["name"], line["amount"]) for line in tea.snapshot["lines"]] == [("煎茶 やぶきた 100g", 1080)]


def test_a_part_by_lines_shows_its_share_of_the_discount(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    order = cast.order(shop, code="A-9", discount=328, shipping_fee=660, total=3612)
    session.commit()
    # The ¥328 are spread over ¥1,080 and ¥2,860 as 90 and 238.
    tea, rest = issued(session, shop, order, clock, [part(990, items=(0,)), part(2622, items=(1, 2))]).receipts
    assert [(line["name"], line["amount"]) for line in tea.snapshot["lines"]] == [
        ("煎茶 やぶきた 100g", 1080),
        ("値引き", -90),
    ]
    assert (rates_of([tea]), rates_of([rest])) == ({8: 990}, {10: 2622})


@pytest.mark.parametrize("presses", [20])
def test_twenty_presses_at_the_same_moment_issue_once(
    app: Flask, session: Session, shop: Shop, order: Order, clock: Clock, presses: int
) -> None:
    key, seen, start = uuid4(), Seen(order.version, 0), Barrier(presses)

    def one_press(_: int) -> tuple[bool, tuple[int, ...]]:
        start.wait()
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own, own.begin():
            rows = own.get_one(Shop, shop.id), own.get_one(Order, order.id)
            done = issued(own, *rows, clock, [part(1000), part(2000)], issue_key=key, seen=seen)
            return done.fresh, tuple(one.number for one in done.receipts)

    with ThreadPoolExecutor(presses) as pool:
        outcomes = list(pool.map(one_press, range(presses)))
    assert {numbers for _, numbers in outcomes} == {(1, 2)}
    assert sum(fresh for fresh, _ in outcomes) == 1
    assert session.scalars(select(Receipt.number).order_by(Receipt.number)).all() == [1, 2]


@pytest.mark.parametrize("confirmed", [True, False])
def test_staff_and_buyer_at_the_same_moment_never_both_have_one(
    app: Flask, session: Session, shop: Shop, order: Order, clock: Clock, confirmed: bool
) -> None:
    """`confirmed` means that staff agreed to void whatever receipt the buyer has."""
    start = Barrier(8)

    def one_press(number: int) -> None:
        start.wait()
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own, own.begin():
            mine, theirs = own.get_one(Shop, shop.id), own.get_one(Order, order.id)
            if number % 2:
                buyer_presses(own, mine, theirs, clock)
                return
            standing = ledger.buyers_own(ledger.live_receipts(own, order.id)) if confirmed else None
            seen = Seen(theirs.version, last_number(own, theirs), standing.id if standing else None)
            press(own, mine, theirs, clock, [part(1640), part(1640)], seen=seen)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one_press, range(8)))
    session.rollback()
    standing = ledger.live_receipts(session, order.id)
    assert len({one.issued_by for one in standing}) == 1, "never both"
    assert sum(one.amount for one in standing if one.original_id is None) <= 3280
    numbers = session.scalars(select(Receipt.number).order_by(Receipt.number)).all()
    assert numbers == list(range(1, len(numbers) + 1)), "no gaps"


def test_the_buyers_receipt_falls_only_with_staffs_agreement(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    own = buyer_presses(session, shop, order, clock)
    assert isinstance(own, Receipt)
    assert press(session, shop, order, clock, [part(3280)]) is CustomRefusal.BUYERS_STANDS
    seen = Seen(order.version, own.number, own.id)
    issued(session, shop, order, clock, [part(1000), part(2280)], seen=seen, void_reason="分割のため")
    assert (own.voided_at, own.void_reason) == (clock(), "分割のため")
    assert [one.issued_by for one in ledger.live_receipts(session, order.id)] == ["staff", "staff"]


def test_a_buyer_who_issued_since_the_form_was_opened_is_not_overrun(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    seen = Seen(order.version, 0)
    own = buyer_presses(session, shop, order, clock)
    assert press(session, shop, order, clock, [part(3280)], seen=seen) is CustomRefusal.BUYERS_STANDS
    assert isinstance(own, Receipt)
    assert own.voided_at is None


def test_a_colleague_who_issued_since_the_form_was_opened_is_noticed(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    seen = Seen(order.version, 0)
    issued(session, shop, order, clock, [part(1000)], seen=seen)
    assert press(session, shop, order, clock, [part(1000)], seen=seen) is CustomRefusal.ISSUED_MEANWHILE


def test_an_order_that_changed_since_the_form_was_opened_is_looked_at_again(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    seen = Seen(order.version, 0)
    order.total = 3000
    session.commit()
    assert press(session, shop, order, clock, [part(3000)], seen=seen) is CustomRefusal.ORDER_CHANGED


def test_receipts_never_come_to_more_than_was_received(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    issued(session, shop, order, clock, [part(3000)])
    assert press(session, shop, order, clock, [part(281)]) is CustomRefusal.TOO_MUCH
    assert press(session, shop, order, clock, [part(1), part(280)]) is CustomRefusal.TOO_MUCH
    issued(session, shop, order, clock, [part(280)])
    assert press(session, shop, order, clock, [part(1)]) is CustomRefusal.TOO_MUCH


def test_what_came_in_beyond_the_order_is_receipted_without_rates_and_number(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    paid = Entry(Kind.PAYMENT, ON, 3780, {}, "銀行振込")
    assert isinstance(enter(session, order, paid, entry_key=uuid4(), actor=SUZUKI, now=clock()), MoneyMovement)
    assert press(session, shop, order, clock, [part(3781)]) is CustomRefusal.TOO_MUCH
    whole, more = issued(session, shop, order, clock, [part(3280), part(500)]).receipts
    assert whole.snapshot["issuer"]["registration_number"] == "T6000012070001"
    assert (more.snapshot["rates"], more.snapshot["issuer"]["registration_number"]) == ([], "")


def test_of_an_order_without_amounts_what_was_received_is_entered_first(
    session: Session, shop: Shop, cast: Cast, clock: Clock
) -> None:
    gift = {"name": "煎茶", "quantity": 1, "unit_price": 0, "amount": 0, "tax_rate": 8}
    order = cast.order(shop, "Q-1", lines=[gift])
    cast.shipment(order)
    session.commit()
    assert press(session, shop, order, clock, [part(1)]) is CustomRefusal.TOO_MUCH
    paid = Entry(Kind.PAYMENT, ON, 1080, {}, "現金")
    assert isinstance(enter(session, order, paid, entry_key=uuid4(), actor=SUZUKI, now=clock()), MoneyMovement)
    (receipt,) = issued(session, shop, order, clock, [part(1080)]).receipts
    assert (receipt.amount, receipt.snapshot["issuer"]["registration_number"]) == (1080, "")


def test_while_staffs_stand_the_buyer_may_not_and_when_all_are_void_the_buyer_may(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    receipts = issued(session, shop, order, clock, [part(1640), part(1640)]).receipts
    assert buyer_presses(session, shop, order, clock) == Refused((Refusal.STAFF_ISSUED,))
    for receipt in receipts:
        receipt.voided_at = clock()
    session.flush()
    assert isinstance(buyer_presses(session, shop, order, clock), Receipt)


def test_a_replacement_names_the_one_it_stands_for_which_falls_with_it(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    (wrong,) = issued(session, shop, order, clock, [part(3280, "株式会社アクネ")]).receipts
    (right,) = issued(session, shop, order, clock, [part(3280)], replaces=wrong.id, void_reason="宛名の誤り").receipts
    assert (right.replaces_id, right.snapshot["replaces_number"]) == (wrong.id, "00000001")
    assert (wrong.voided_at, wrong.void_reason) == (clock(), "宛名の誤り")
    assert press(session, shop, order, clock, [part(3280)], replaces=wrong.id) is CustomRefusal.REPLACED_IS_VOID


def test_a_receipt_of_another_order_cannot_be_replaced(
    session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    other = cast.order(shop, code="A-2")
    session.commit()
    (theirs,) = issued(session, shop, other, clock, [part(100)]).receipts
    refusal = press(session, shop, order, clock, [part(3280)], replaces=theirs.id)
    assert refusal is CustomRefusal.REPLACED_IS_VOID


def test_staff_may_issue_before_shipping_for_a_cod_order_whose_rates_nobody_knows(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    order = cast.order(shop, code="A-3", payment_method="代金引換", payment_state="unpaid")
    order.lines[0].tax_rate = None
    session.commit()
    receipts = issued(session, shop, order, clock, [part(1000), part(2280)]).receipts
    assert [one.snapshot["rates"] for one in receipts] == [[], []]
    assert {one.snapshot["issuer"]["registration_number"] for one in receipts} == {""}


def test_fifty_parts_are_one_transaction(session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    amounts = [66] * 30 + [65] * 20
    receipts = issued(session, shop, order, clock, [part(amount) for amount in amounts]).receipts
    assert [one.number for one in receipts] == list(range(1, 51))
    assert rates_of(receipts) == {8: 1080, 10: 2200}
    assert [one.id for one in issued_together(session, receipts[7])] == [one.id for one in receipts]


def test_points_that_paid_are_shared_out_too(session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop(points_mode="means")
    order = cast.order(shop, points_used=280, total=3000)
    session.commit()
    receipts = issued(session, shop, order, clock, [part(1000), part(2000)]).receipts
    assert rates_of(receipts) == {8: 1080, 10: 2200}
    assert [one.snapshot["points_paid"] for one in receipts] == [93, 187]


def test_the_same_form_pressed_for_another_order_is_another_matter(
    session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    key: UUID = uuid4()
    first = issued(session, shop, order, clock, [part(3280)], issue_key=key)
    again = issued(session, shop, order, clock, [part(1)], issue_key=key)
    assert (again.fresh, again.receipts) == (False, first.receipts)
