"""Canceling, holding and returning an order from its page."""

import re

import pytest
from flask.testing import FlaskClient

from portal.orders import verbs
from portal.values.roles import Role
from portal.values.states import OrderStatus, ShipmentStatus
from tests.admin.orders.desk import Desk, said, send, state
from tests.cast import Cast
from tests.conftest import Clock

STATES = [status.value for status in OrderStatus]
ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "cancel": ("/cancellation", {}),
    "hold": ("/hold", {}),
    "resume": ("/resumption", {}),
    "await return": ("/return", {"kind": "pending"}),
    "return": ("/return", {"kind": "returned"}),
    "withdraw return": ("/return-withdrawal", {}),
}
AFTER = {
    # state:             (cancel,      hold,      resume,              await return,     return,     withdraw return)
    "awaiting_shipment": ("cancelled", "on_hold", "awaiting_shipment", None, None, None),
    "picking": ("cancelled", "on_hold", "picking", None, None, None),
    "on_hold": ("cancelled", "on_hold", "awaiting_shipment", None, None, None),
    "partially_shipped": (None, None, None, None, None, None),
    "shipped": (None, None, None, "return_pending", "returned", "shipped"),
    "return_pending": (None, None, None, "return_pending", "returned", "shipped"),
    "returned": (None, None, None, None, "returned", None),
    "cancelled": ("cancelled", None, None, None, None, None),
}
"""State → state after each button, or None if the move is refused in words and the order stays as it is."""


@pytest.mark.parametrize("before", STATES)
def test_each_action_is_done_or_refused_in_words(desk: Desk, before: str) -> None:
    for (name, (rest, fields)), expected in zip(ACTIONS.items(), AFTER[before], strict=True):
        order = desk.order(f"A-{name}", status=before)
        answer = send(desk, order, rest, fields)
        assert (answer.status_code, answer.location) == (303, desk.path(order)), name
        assert state(desk, order) == (expected or before), name
        (words,) = said(desk, order)
        assert ("にできません" in words) is (expected is None), name


@pytest.mark.parametrize("before", STATES)
def test_only_what_can_be_done_is_offered(desk: Desk, before: str) -> None:
    html = desk.html(desk.order(status=before, code_live=before != "cancelled"))
    offered = set(
        re.findall(
            r'(?:action|href)="[^"]+/(cancellation|hold|resumption|return|return-withdrawal|code-release)"', html
        )
    )
    assert (
        offered
        == {
            "awaiting_shipment": {"cancellation", "hold"},
            "picking": {"cancellation", "hold"},
            "on_hold": {"cancellation", "resumption"},
            "partially_shipped": set(),
            "shipped": {"return"},
            "return_pending": {"return", "return-withdrawal"},
            "returned": set(),
            "cancelled": set(),
        }[before]
    )


RESTS = ["/code-release", *sorted({rest for rest, _fields in ACTIONS.values()})]


def test_who_may_only_look_changes_nothing(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    order = desk.order()
    assert {send(desk, order, rest, {"kind": "returned"}).status_code for rest in RESTS} == {403}
    assert state(desk, order) == "awaiting_shipment"


def test_another_shops_order_is_out_of_reach(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.MANAGER)
    other = desk.cast.order(desk.cast.shop(slug="momiji"), "M-1")
    assert {send(desk, other, rest, {"kind": "returned"}).status_code for rest in RESTS} == {404}
    assert state(desk, other) == "awaiting_shipment"


# --- canceling -------------------------------------------------------------------------------------------------------
def test_a_cancellation_is_confirmed_first_and_takes_the_waiting_parcel_along(desk: Desk) -> None:
    order = desk.order()
    parcel = desk.cast.shipment(order, status=ShipmentStatus.WAITING, shipped_on=None, tracking_number="")
    page = desk.page(order, "/cancellation")
    assert "注文 A-10234 をキャンセルしますか" in page
    assert state(desk, order) == "awaiting_shipment"
    send(desk, order, "/cancellation")
    assert state(desk, order) == "cancelled"
    desk.session.refresh(parcel)
    assert parcel.status == "cancelled"
    assert said(desk, order) == ["注文をキャンセルしました。"]


def test_the_code_is_free_for_a_new_order_only_if_staff_say_so_then_or_later(desk: Desk) -> None:
    now, later = desk.order("A-1"), desk.order("A-2")
    send(desk, now, "/cancellation", {"allow_code_again": "y"})
    send(desk, later, "/cancellation")
    assert (state(desk, now), now.code_live) == ("cancelled", False)
    assert (state(desk, later), later.code_live) == ("cancelled", True)
    assert "同じ受注コードをもう一度使えるようにする" in desk.page(later)
    send(desk, later, "/code-release")
    assert (state(desk, later), later.code_live) == ("cancelled", False)
    assert "この受注コードの新しい注文を登録できます。" in desk.page(later)
    desk.order("A-1")
    desk.order("A-2")


def test_giving_a_code_free_cancels_no_order(desk: Desk) -> None:
    order = desk.order()
    send(desk, order, "/code-release")
    assert (state(desk, order), order.code_live) == ("awaiting_shipment", True)


# --- twice, and too late ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "before"), [("cancel", "picking"), ("hold", "picking"), ("return", "shipped")])
def test_a_button_pressed_twice_does_it_once_and_both_answers_say_so(desk: Desk, name: str, before: str) -> None:
    order = desk.order(status=before)
    rest, fields = ACTIONS[name]
    seen = order.version
    for _ in range(2):
        send(desk, order, rest, fields, version=seen)
        (words,) = said(desk, order)
        assert words.endswith("しました。")
    assert [action for action in desk.actions() if action != "order.viewed"] == [
        {"cancel": "order.cancelled", "hold": "order.held", "return": "order.returned"}[name]
    ]


def test_from_a_page_that_is_older_than_the_order_nothing_is_done_and_it_says_what_happened(
    desk: Desk, clock: Clock
) -> None:
    order = desk.order()
    seen = {"version": order.version, "seen_at": clock().isoformat()}
    clock.forward(minutes=3)
    verbs.hold(desk.session, order, actor="cli", now=clock())
    clock.forward(minutes=1)
    assert send(desk, order, "/cancellation", **seen).status_code == 303
    assert state(desk, order) == "on_hold"
    (words,) = said(desk, order)
    assert "まだ何もしていません" in words
    assert "注文を保留にした" in words


def test_a_form_that_does_not_say_what_it_showed_is_no_form_of_ours(desk: Desk) -> None:
    order = desk.order()
    assert send(desk, order, "/hold", version="").status_code == 400
    assert state(desk, order) == "awaiting_shipment"


# --- returns ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("method", "chosen"), [("NP後払い", "pending"), ("クレジットカード", "returned")])
def test_a_deferred_payment_waits_for_the_company_first(desk: Desk, method: str, chosen: str) -> None:
    order = desk.order(payment_method=method)
    desk.cast.shipment(order)
    html = desk.html(order, "/return")
    assert re.search(rf'<input checked[^>]*value="{chosen}"', html)


def test_without_a_choice_the_page_asks_again(desk: Desk) -> None:
    order = desk.order(status="shipped")
    assert send(desk, order, "/return").location == desk.path(order, "/return")
    assert state(desk, order) == "shipped"
