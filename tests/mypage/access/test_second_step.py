"""The second step: six digits by e-mail, and what they open."""

import re
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditEntry, LoginCode, Order, OutboxMail, Shop
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, sign_in, submit


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.session.commit()
    return order


class Buyer:
    """花子 at her phone, with her mailbox beside it."""

    def __init__(self, app: Flask, session: Session, shop: Shop, order: Order) -> None:
        self.client: FlaskClient = app.test_client()
        self.session = session
        self.order_id = order.id
        self.page = f"/sakura/orders/{order.id}"
        self.step = f"/sakura/second-step?order={order.id}"
        sign_in(self.client, shop, order)

    def ask(self, back: str = "") -> TestResponse:
        more = f"&back={back}" if back else ""
        return submit(self.client, f"/sakura/second-step/code?order={self.order_id}{more}", {}, form_on=self.step)

    def type(self, code: str, back: str = "") -> TestResponse:
        more = f"&back={back}" if back else ""
        return submit(self.client, f"{self.step}{more}", {"code": code}, form_on=self.step)

    def mails(self) -> list[OutboxMail]:
        self.session.rollback()
        return list(self.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))

    def code(self) -> str:
        """From the newest mail."""
        found = re.search(r"\b(\d{6})\b", self.mails()[-1].body_text)
        assert found
        return found[1]

    def wrong_code(self) -> str:
        return f"{(int(self.code()) + 1) % 1_000_000:06d}"

    def sees_address(self) -> bool:
        return "北区梅田1-2-3" in self.client.get(self.page).text


@pytest.fixture
def hanako(app: Flask, session: Session, shop: Shop, order: Order) -> Buyer:
    return Buyer(app, session, shop, order)


# --- the way through -------------------------------------------------------------------------------------------------
def test_the_code_from_her_mailbox_shows_her_address(hanako: Buyer) -> None:
    assert not hanako.sees_address()
    answer = hanako.ask()
    assert (answer.status_code, answer.location) == (303, hanako.step)
    mail = hanako.mails()[0]
    assert (mail.message, mail.recipient) == ("login_code", "hanako@example.jp")
    answer = hanako.type(hanako.code())
    assert (answer.status_code, answer.location) == (303, hanako.page)
    assert hanako.sees_address()


def test_the_page_says_where_the_code_goes_without_telling_the_address(hanako: Buyer) -> None:
    page = hanako.client.get(hanako.step).text
    assert "h•••••@example.jp" in page
    assert "hanako@" not in page
    hanako.ask()
    page = hanako.client.get(hanako.step).text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "hanako@" not in page


def test_looking_at_the_page_sends_nothing(hanako: Buyer) -> None:
    hanako.client.get(hanako.step)
    assert hanako.mails() == []


@pytest.mark.parametrize("write", [lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}"])
def test_she_may_write_the_digits_with_gaps(hanako: Buyer, write: Any) -> None:
    hanako.ask()
    assert hanako.type(write(hanako.code())).status_code == 303


def test_full_width_digits_are_digits(hanako: Buyer) -> None:
    hanako.ask()
    wide = hanako.code().translate({ord(str(digit)): ord("０") + digit for digit in range(10)})
    assert hanako.type(wide).status_code == 303


def test_her_other_orders_open_too_and_nobody_elses(hanako: Buyer, cast: Cast, shop: Shop) -> None:
    hers, taros = cast.order(shop, "A-20000"), cast.order(shop, "A-30000", **TARO)
    elsewhere = cast.order(cast.shop("midori"), "A-40000")
    cast.session.commit()
    paths = [f"/sakura/orders/{each.id}" for each in (hers, taros, elsewhere)]
    assert [hanako.client.get(path).status_code for path in paths] == [404, 404, 404]
    hanako.ask()
    hanako.type(hanako.code())
    assert [hanako.client.get(path).status_code for path in paths] == [200, 404, 404]
    page = hanako.client.get(hanako.page).text
    assert "A-20000" in page
    assert "A-30000" not in page
    assert "A-40000" not in page


def test_before_it_the_page_names_no_other_order(hanako: Buyer, cast: Cast, shop: Shop) -> None:
    cast.order(shop, "A-20000")
    cast.session.commit()
    assert "A-20000" not in hanako.client.get(hanako.page).text


def test_an_expired_order_among_them_stays_closed(hanako: Buyer, cast: Cast, shop: Shop) -> None:
    old = cast.order(shop, "A-20000")
    cast.shipment(old, shipped_on=date(2026, 1, 1))
    cast.session.commit()
    path = f"/sakura/orders/{old.id}"
    hanako.ask()
    hanako.type(hanako.code())
    assert hanako.client.get(path).status_code == 410


def test_once_a_session_is_enough_and_the_page_leads_on(hanako: Buyer) -> None:
    hanako.ask()
    hanako.type(hanako.code())
    answer = hanako.client.get(hanako.step)
    assert (answer.status_code, answer.location) == (303, hanako.page)


def test_it_holds_for_this_session_alone(hanako: Buyer, app: Flask, session: Session, shop: Shop, order: Order) -> None:
    hanako.ask()
    hanako.type(hanako.code())
    assert not Buyer(app, session, shop, order).sees_address()


def test_where_the_shop_asks_no_code_the_address_is_shown_at_once(
    app: Flask, cast: Cast, session: Session, shop: Shop, order: Order
) -> None:
    shop.second_step = {"personal_data": False}
    cast.session.commit()
    assert Buyer(app, session, shop, order).sees_address()


def test_she_can_change_the_language_on_every_answer(hanako: Buyer) -> None:
    hanako.ask()
    for answer in (hanako.ask(), hanako.type(hanako.wrong_code())):
        link = re.search(r'href="([^"]+)" hreflang="en"', answer.text)
        assert link
        path = answer.request.path + link[1].replace("&amp;", "&")
        assert hanako.client.get(path, follow_redirects=True).status_code == 200


# --- the way back ----------------------------------------------------------------------------------------------------
def test_she_comes_back_to_where_she_was_going(hanako: Buyer) -> None:
    back = f"{hanako.page}/receipt"
    assert hanako.ask(back).location == f"{hanako.step}&back={back}"
    assert hanako.type(hanako.code(), back).location == back


def test_a_receipt_form_from_before_the_shop_asked_for_the_code_leads_back_to_itself(
    hanako: Buyer, cast: Cast, shop: Shop, order: Order
) -> None:
    cast.shipment(order)
    cast.session.commit()
    token = csrf_token(hanako.client, f"{hanako.page}/receipt")
    shop.second_step = {"receipt": True}
    cast.session.commit()
    form = f"{hanako.page}/receipt"
    answer = hanako.client.post(form, data={"addressee": "山田 花子", "csrf_token": token})
    assert (answer.status_code, answer.location) == (303, f"{hanako.step}&back={form}")
    hanako.ask(form)
    assert hanako.type(hanako.code(), form).location == form
    assert hanako.client.get(form).status_code == 200


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/midori/",
        "/sakura/orders/00000000-0000-0000-0000-000000000000",
        "{page}/../../../midori/",
        "{page}//evil.example",
        "{page}%0d%0aSet-Cookie:a=b",
    ],
)
def test_nobody_is_sent_anywhere_else(hanako: Buyer, back: str) -> None:
    hanako.ask()
    assert hanako.type(hanako.code(), back.format(page=hanako.page)).location == hanako.page


# --- its limits ------------------------------------------------------------------------------------------------------
def test_a_wrong_code_says_so_and_how_often_she_may_still_try(hanako: Buyer) -> None:
    hanako.ask()
    answer = hanako.type(hanako.wrong_code())
    assert answer.status_code == 422
    assert "数字が違うようです" in answer.text
    assert "あと4回" in answer.text
    assert not hanako.sees_address()
    assert hanako.type(hanako.code()).status_code == 303


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(hanako: Buyer) -> None:
    hanako.ask()
    right = hanako.code()
    answers = [hanako.type(hanako.wrong_code()) for _ in range(5)]
    assert "もう使えません" in answers[-1].text
    assert hanako.type(right).status_code == 422
    assert not hanako.sees_address()


def test_a_code_holds_ten_minutes(hanako: Buyer, clock: Clock) -> None:
    hanako.ask()
    clock.forward(minutes=9, seconds=59)
    assert "10分以内" in hanako.client.get(hanako.step).text
    clock.forward(seconds=1)
    answer = hanako.type(hanako.code())
    assert (answer.status_code, "もう使えません" in answer.text) == (422, True)


def post_again(client: FlaskClient, path: str, code: str, cookie: str, token: str) -> TestResponse:
    """The form once more with the cookie of its page, as a browser sends it that has not seen the first answer."""
    client.set_cookie("mypage", cookie, path="/sakura")
    return client.post(path, data={"code": code, "csrf_token": token})


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("mypage", path="/sakura")
    assert found is not None
    return found.value


def test_pressed_twice_it_leads_on_all_the_same(hanako: Buyer) -> None:
    hanako.ask()
    code, token, before = hanako.code(), csrf_token(hanako.client, hanako.step), cookie_of(hanako.client)
    answers = [post_again(hanako.client, hanako.step, code, before, token) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, hanako.page)] * 2
    assert hanako.sees_address()


def test_whichever_of_the_two_answers_arrives_the_session_goes_on(hanako: Buyer) -> None:
    hanako.ask()
    code, token, before = hanako.code(), csrf_token(hanako.client, hanako.step), cookie_of(hanako.client)
    post_again(hanako.client, hanako.step, code, before, token)
    first = cookie_of(hanako.client)
    post_again(hanako.client, hanako.step, code, before, token)
    assert hanako.sees_address()
    hanako.client.set_cookie("mypage", first, path="/sakura")
    assert hanako.sees_address()


def test_who_has_taken_the_step_and_sends_its_form_is_led_on(hanako: Buyer) -> None:
    hanako.ask()
    hanako.type(hanako.code())
    token = csrf_token(hanako.client, hanako.page)
    answer = hanako.client.post(hanako.step, data={"code": "000000", "csrf_token": token})
    assert (answer.status_code, answer.location) == (303, hanako.page)


def test_a_code_is_used_once(hanako: Buyer, clock: Clock) -> None:
    """In the session that it was typed in, by who kept the old cookie."""
    hanako.ask()
    code, token, before = hanako.code(), csrf_token(hanako.client, hanako.step), cookie_of(hanako.client)
    hanako.type(code)
    clock.forward(minutes=1)
    answer = post_again(hanako.client.application.test_client(), hanako.step, code, before, token)
    assert (answer.status_code, answer.location) == (303, "/sakura/?note=ended")


def test_a_wrong_code_beside_the_right_one_opens_nothing(hanako: Buyer) -> None:
    hanako.ask()
    wrong, token, before = hanako.wrong_code(), csrf_token(hanako.client, hanako.step), cookie_of(hanako.client)
    hanako.type(hanako.code())
    thief = hanako.client.application.test_client()
    assert [post_again(thief, hanako.step, wrong, before, token).status_code for _ in range(5)] == [422] * 5
    assert post_again(thief, hanako.step, hanako.code(), before, token).status_code == 422


def test_the_cookie_from_before_the_step_has_gained_nothing(hanako: Buyer, clock: Clock) -> None:
    before = cookie_of(hanako.client)
    hanako.ask()
    hanako.type(hanako.code())
    assert cookie_of(hanako.client) != before
    kept = hanako.client.application.test_client()
    kept.set_cookie("mypage", before, path="/sakura")
    page = kept.get(hanako.page)
    assert (page.status_code, "北区梅田1-2-3" in page.text) == (200, False)
    clock.forward(minutes=1)
    assert kept.get(hanako.page).status_code == 303
    assert hanako.sees_address()


def test_the_orders_proved_before_the_step_and_the_twelve_hours_go_on(
    hanako: Buyer, cast: Cast, shop: Shop, clock: Clock
) -> None:
    taros = cast.order(shop, "A-20000", **TARO)
    cast.session.commit()
    sign_in(hanako.client, shop, taros)
    for _ in range(46):
        clock.forward(minutes=15)
        hanako.client.get(hanako.page)
    hanako.ask()
    hanako.type(hanako.code())
    assert hanako.sees_address()
    assert hanako.client.get(f"/sakura/orders/{taros.id}").status_code == 200
    clock.forward(minutes=29)
    assert hanako.client.get(hanako.page).status_code == 200
    clock.forward(minutes=1)
    assert hanako.client.get(hanako.page).status_code == 303


def test_a_phone_carriers_many_buyers_do_not_use_up_each_others_tries(
    hanako: Buyer, app: Flask, session: Session, shop: Shop, order: Order
) -> None:
    token = csrf_token(hanako.client, hanako.page)
    answers = [hanako.client.post(hanako.step, data={"code": "", "csrf_token": token}).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]
    neighbour = Buyer(app, session, shop, order)
    neighbour.ask()
    assert neighbour.type(neighbour.code()).status_code == 303


def test_a_code_is_worth_nothing_in_another_session(
    hanako: Buyer, app: Flask, session: Session, shop: Shop, order: Order
) -> None:
    hanako.ask()
    thief = Buyer(app, session, shop, order)
    assert thief.type(hanako.code()).status_code == 422
    thief.ask()
    code = hanako.mails()[0].body_text
    assert thief.type(re.findall(r"\b\d{6}\b", code)[0]).status_code == 422
    assert not thief.sees_address()


def test_a_new_code_makes_the_one_before_it_worthless(hanako: Buyer, clock: Clock) -> None:
    hanako.ask()
    first = hanako.code()
    clock.forward(seconds=60)
    hanako.ask()
    assert hanako.code() != first or len(hanako.mails()) == 2
    if hanako.code() != first:
        assert hanako.type(first).status_code == 422
    assert hanako.type(hanako.code()).status_code == 303


def test_the_next_code_can_be_had_after_sixty_seconds(hanako: Buyer, clock: Clock) -> None:
    hanako.ask()
    clock.forward(seconds=59)
    answer = hanako.ask()
    assert (answer.status_code, "先ほどお送りしました" in answer.text) == (429, True)
    assert len(hanako.mails()) == 1
    clock.forward(seconds=1)
    assert hanako.ask().status_code == 303
    assert len(hanako.mails()) == 2


def test_nobody_can_flood_her_mailbox(
    hanako: Buyer, app: Flask, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    for _ in range(10):
        assert Buyer(app, session, shop, order).ask().status_code == 303
        clock.forward(minutes=1)
    answer = Buyer(app, session, shop, order).ask()
    assert (answer.status_code, "今日はもう" in answer.text) == (429, True)
    assert len(hanako.mails()) == 10
    clock.forward(hours=24)
    assert Buyer(app, session, shop, order).ask().status_code == 303


def test_an_empty_field_costs_no_try(hanako: Buyer, session: Session) -> None:
    hanako.ask()
    answer = hanako.type(" ")
    assert (answer.status_code, "6桁の数字を入力してください" in answer.text) == (422, True)
    session.rollback()
    assert session.scalars(select(LoginCode.tries)).one() == 0


def test_twenty_parallel_tries_are_five(hanako: Buyer, session: Session) -> None:
    hanako.ask()
    wrong = hanako.wrong_code()
    token = csrf_token(hanako.client, hanako.step)
    cookie = hanako.client.get_cookie("mypage", path="/sakura")
    assert cookie is not None
    together = Barrier(20)
    answers: list[str] = []

    def guess() -> None:
        client = hanako.client.application.test_client()
        client.set_cookie("mypage", cookie.value, path="/sakura")
        together.wait()
        answers.append(client.post(hanako.step, data={"code": wrong, "csrf_token": token}).text)

    threads = [Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert session.scalars(select(LoginCode.tries)).one() == 5
    assert sorted(count for text in answers for count in re.findall(r"あと(\d)回", text)) == ["1", "2", "3", "4"]
    assert len([text for text in answers if "もう使えません" in text]) == 16


# --- who cannot ------------------------------------------------------------------------------------------------------
def test_an_order_without_an_address_is_offered_a_request_to_the_shop(
    app: Flask, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, email="", email_key="")
    cast.session.commit()
    buyer = Buyer(app, session, shop, order)
    page = buyer.client.get(buyer.step).text
    assert "メールアドレスの登録がない" in page
    assert f"/sakura/requests/new?order={order.id}&amp;kind=no_email" in page
    token = csrf_token(buyer.client, buyer.page)
    answer = buyer.client.post(f"/sakura/second-step/code?order={order.id}", data={"csrf_token": token})
    assert (answer.status_code, buyer.mails()) == (303, [])


def test_strangers_find_no_second_step(client: FlaskClient, app: Flask, hanako: Buyer, cast: Cast, shop: Shop) -> None:
    assert client.get(hanako.step).status_code == 303
    taros = cast.order(shop, "A-30000", **TARO)
    cast.session.commit()
    sign_in(client, shop, taros)
    assert client.get(hanako.step).status_code == 404
    assert client.get("/sakura/second-step").status_code == 404
    assert client.get("/sakura/second-step?order=nonsense").status_code == 404


def test_it_is_in_the_audit_trail_and_the_digits_are_not_in_the_tables(hanako: Buyer, session: Session) -> None:
    hanako.ask()
    code = hanako.code()
    hanako.type(code)
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["login.succeeded", "login_code.sent", "session.renewed", "second_step.passed"]
    row = session.scalars(select(LoginCode)).one()
    assert row.used_at is not None
    assert code not in row.code_digest
