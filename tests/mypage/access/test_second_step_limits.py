"""The limits of the emailed code: tries, minutes, sessions, mails and parallel requests."""

import re
from threading import Barrier, Thread

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import LoginCode, Order, Shop
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.access.second_step import Buyer
from tests.mypage.signing_in import csrf_token, sign_in, submit


def test_a_wrong_code_says_so_and_how_often_she_may_still_try(hanako: Buyer) -> None:
    hanako.ask()
    answer = hanako.type(hanako.wrong_code())
    assert answer.status_code == 422
    assert "確認コードが正しくありません" in answer.text
    assert "あと4回" in answer.text
    assert not hanako.sees_address()
    assert hanako.type(hanako.code()).status_code == 303


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(hanako: Buyer) -> None:
    hanako.ask()
    right = hanako.code()
    answers = [hanako.type(hanako.wrong_code()) for _ in range(5)]
    assert "この確認コードは使用できません" in answers[-1].text
    assert hanako.type(right).status_code == 422
    assert not hanako.sees_address()


def test_a_code_holds_ten_minutes(hanako: Buyer, clock: Clock) -> None:
    hanako.ask()
    clock.forward(minutes=9, seconds=59)
    assert "10分以内" in hanako.client.get(hanako.step).text
    clock.forward(seconds=1)
    answer = hanako.type(hanako.code())
    assert (answer.status_code, "この確認コードは使用できません" in answer.text) == (422, True)


def post_again(client: FlaskClient, path: str, code: str, cookie: str, token: str) -> TestResponse:
    """Send the form again with the cookie of its page, as a browser does that has not seen the first answer."""
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
    """Somebody who kept the earlier cookie sends the code again for the session in which it was typed."""
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
    assert (answer.status_code, "本日は、これ以上" in answer.text) == (429, True)
    assert len(hanako.mails()) == 10
    clock.forward(hours=24)
    assert Buyer(app, session, shop, order).ask().status_code == 303


def test_an_empty_field_costs_no_try(hanako: Buyer, session: Session) -> None:
    hanako.ask()
    answer = hanako.type(" ")
    assert (answer.status_code, "6桁の確認コードを入力してください" in answer.text) == (422, True)
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
    assert len([text for text in answers if "この確認コードは使用できません" in text]) == 16


def test_a_stranger_who_typed_the_code_does_not_use_up_the_codes_of_who_came_by_the_link(
    app: Flask, shop: Shop, order: Order, clock: Clock
) -> None:
    stranger, hanako = app.test_client(), app.test_client()
    sign_in(stranger, shop, order)
    sign_in(hanako, shop, order, by_link=True)
    step, ask = (f"/sakura/second-step{rest}?order={order.id}" for rest in ("", "/code"))
    for client, answers in ((stranger, [303] * 10 + [429]), (hanako, [303] * 10 + [429])):
        found = []
        for _ in range(11):
            found.append(submit(client, ask, {}, form_on=step).status_code)
            clock.forward(seconds=61)
        assert found == answers
