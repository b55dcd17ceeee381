"""購入者の画面を見る: staff see the page as its buyer does and can change nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from portal import jobs
from portal.models import Base, BuyerSession, Membership, Order, Receipt, Staff, StaffSession
from portal.staff import sessions
from portal.values.roles import Role
from tests.admin.orders.desk import Desk, send
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, sign_in, submit

BANNER = "店舗の担当者として表示しています（変更はできません）"
RECEIPT = {"addressee": "株式会社アクメ", "honorific": "御中", "proviso": "お茶代として", "language": "ja"}


@pytest.fixture
def desk(client: FlaskClient, cast: Cast) -> Desk:
    return Desk(client, cast, role=Role.VIEWER)


@pytest.fixture
def order(desk: Desk) -> Order:
    order = desk.order()
    desk.cast.shipment(order)
    desk.session.commit()
    return order


def door(desk: Desk, order: Order) -> str:
    """Press the button and return the address it leads to."""
    answer = send(desk, order, "/as-buyer")
    assert answer.status_code == 303
    return str(answer.location)


def come_in(desk: Desk, order: Order) -> str:
    """Open the buyer's page in the staff's own browser and return its path."""
    page = f"/sakura/orders/{order.id}"
    answer = desk.client.get(door(desk, order))
    assert (answer.status_code, answer.location) == (303, page)
    return page


def rows(desk: Desk) -> dict[str, list[str]]:
    desk.session.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: sorted(map(repr, desk.session.execute(select(table)))) for table in tables}


def test_the_page_is_the_buyers_masked_and_with_a_banner_on_each_page(desk: Desk, order: Order) -> None:
    page = come_in(desk, order)
    for path in (
        page,
        f"{page}/receipt",
        f"/sakura/second-step?order={order.id}",
        f"/sakura/requests/new?order={order.id}",
    ):
        answer = desk.client.get(path)
        assert answer.status_code == 200
        assert BANNER in answer.text
    text = desk.client.get(page).text
    assert "お荷物を出荷しました" in text
    assert "メゾン桜" not in text
    assert "090-1234-5678" not in text
    assert BANNER not in desk.client.get("/verify/nothing").text


def test_a_look_is_audited_and_is_no_login_of_the_buyers(desk: Desk, order: Order) -> None:
    come_in(desk, order)
    assert desk.actions() == ["order.opened_as_buyer"]
    page = desk.page(order)
    assert "いません。" in page
    assert "この7日間の記録はありません。" in page


def test_whatever_could_change_something_is_refused_in_words(app: Flask, desk: Desk, order: Order) -> None:
    page = come_in(desk, order)
    token = csrf_token(desk.client, f"{page}/receipt")
    before = rows(desk)
    posts = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("mypage.") and "POST" in (rule.methods or ()) and rule.endpoint != "mypage.log_out"
    ]
    assert len(posts) > 8
    for rule in posts:
        path = re.sub(r"<uuid:\w+>", str(order.id), rule.replace("<slug>", "sakura"))
        path = re.sub(r"<\w+>", "skip", path)
        answer = desk.client.post(f"{path}?order={order.id}", data=RECEIPT | {"csrf_token": token, "typed": "山田花子"})
        assert answer.status_code == 403, rule
        assert "この画面では変更できません" in answer.text, rule
        htmx = desk.client.post(path, data={"csrf_token": token}, headers={"HX-Request": "true"})
        assert (htmx.status_code, htmx.data, htmx.headers["HX-Reswap"]) == (403, b"", "none"), rule
    assert rows(desk) == before


def test_the_buyers_one_download_is_not_used_up(app: Flask, desk: Desk, order: Order, clock: Clock) -> None:
    desk.shop.receipt_policy = "once"
    desk.session.commit()
    hanako = app.test_client()
    sign_in(hanako, desk.shop, order, by_link=True)
    assert submit(hanako, f"/sakura/orders/{order.id}/receipt", RECEIPT).status_code == 303
    receipt = desk.session.scalars(select(Receipt)).one()
    receipt.extra_downloads = 1
    desk.session.commit()
    with app.app_context():
        jobs.papers.render(str(receipt.rendition_id))
    clock.forward(minutes=31)
    page = come_in(desk, order)
    issued = f"{page}/receipts/{receipt.id}"
    assert "もう一度受け取る" in desk.client.get(issued).text
    token = csrf_token(desk.client, issued)
    assert desk.client.post(f"{issued}/again", data={"csrf_token": token}).status_code == 403
    desk.session.rollback()
    desk.session.refresh(receipt)
    assert (receipt.extra_downloads, receipt.reopened_at) == (1, None)
    sign_in(hanako, desk.shop, order, by_link=True)
    assert "もう一度受け取る" in hanako.get(issued).text


# --- the way in ------------------------------------------------------------------------------------------------------
def test_the_address_opens_once(app: Flask, desk: Desk, order: Order) -> None:
    address = door(desk, order)
    assert desk.client.get(address).status_code == 303
    for client in (desk.client, app.test_client()):
        again = client.get(address)
        assert again.status_code == 410
        assert "もう一度「購入者の画面を見る」を押してください" in again.text
    assert client.get(f"/sakura/orders/{order.id}").status_code == 303


def test_the_address_is_over_after_a_minute(desk: Desk, order: Order, clock: Clock) -> None:
    address = door(desk, order)
    clock.forward(seconds=61)
    assert desk.client.get(address).status_code == 410


def test_the_address_is_worth_nothing_in_another_shop_or_changed(desk: Desk, order: Order) -> None:
    desk.cast.shop(slug="momiji", name="もみじ堂")
    address = door(desk, order)
    assert desk.client.get(address.replace("/sakura/", "/momiji/")).status_code == 410
    assert desk.client.get(address[:-2] + "xx").status_code == 410
    assert desk.client.get(address).status_code == 303, "and neither of them has used it up"


def test_only_the_one_order_opens(desk: Desk, order: Order) -> None:
    other = desk.order("A-2", email="taro@example.jp", email_key="taro@example.jp")
    come_in(desk, order)
    assert desk.client.get(f"/sakura/orders/{other.id}").status_code == 404


# --- the end ---------------------------------------------------------------------------------------------------------
def after_half_an_hour(desk: Desk, clock: Clock) -> None:
    # A page is opened all the time, so the idle limit never ends the visit.
    clock.forward(minutes=15)
    desk.client.get("/sakura/")
    desk.session.execute(update(BuyerSession).values(seen_at=clock.forward(minutes=15)))


def signing_out(desk: Desk, clock: Clock) -> None:
    token = csrf_token(desk.client, "/admin/account")
    desk.client.post("/admin/logout", data={"csrf_token": token})


def idle_at_the_desk(desk: Desk, clock: Clock) -> None:
    desk.session.execute(update(StaffSession).values(seen_at=clock() - sessions.IDLE))


def a_day_at_the_desk(desk: Desk, clock: Clock) -> None:
    desk.session.execute(update(StaffSession).values(created_at=clock() - sessions.LONGEST))


ENDS: dict[str, Callable[[Desk, Clock], Any]] = {
    "half an hour": after_half_an_hour,
    "signing out at the desk": signing_out,
    "two idle hours at the desk": idle_at_the_desk,
    "twelve hours at the desk": a_day_at_the_desk,
    "no member any more": lambda desk, clock: desk.session.execute(delete(Membership)),
    "disabled": lambda desk, clock: desk.session.execute(update(Staff).values(disabled_at=clock())),
    "all sessions ended": lambda desk, clock: desk.session.execute(update(StaffSession).values(ended_at=clock())),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_look_ends_with(desk: Desk, order: Order, clock: Clock, how: str) -> None:
    page = come_in(desk, order)
    assert desk.client.get(page).status_code == 200
    clock.forward(seconds=1)
    ENDS[how](desk, clock)
    desk.session.commit()
    assert desk.client.get(page).status_code == 303


def test_ending_all_sessions_of_an_order_ends_the_looks_too(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast)
    order = desk.order()
    page = come_in(desk, order)
    send(desk, order, "/sessions/end")
    assert client.get(page).status_code == 303


def test_the_banners_button_ends_it(desk: Desk, order: Order) -> None:
    page = come_in(desk, order)
    token = csrf_token(desk.client, page)
    assert desk.client.post("/sakura/logout", data={"csrf_token": token}).status_code == 303
    assert BANNER not in desk.client.get("/sakura/").text
    assert desk.client.get(page).status_code == 303
    assert desk.client.get(desk.path(order)).status_code == 200, "and the desk stays open"


def test_a_look_does_not_become_a_buyers_session_when_its_time_is_over(desk: Desk, order: Order, clock: Clock) -> None:
    come_in(desk, order)
    clock.forward(minutes=31)
    sign_in(desk.client, desk.shop, order)
    text = desk.client.get(f"/sakura/orders/{order.id}").text
    assert BANNER not in text
    desk.session.rollback()
    looked, logged_in = desk.session.scalars(select(BuyerSession).order_by(BuyerSession.created_at))
    assert (looked.opened_by, logged_in.opened_by) == (desk.suzuki.id, None)
