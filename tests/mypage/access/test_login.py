"""GET and POST /<shop>/ and /<shop>/o/<signed>: logging in."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, BuyerSession, LoginFailure, LoginLock, SessionOrder
from portal.values.states import OrderStatus
from tests.cast import TARO, Cast
from tests.mypage.access.login_page import REFUSED, in_shop, rows
from tests.mypage.signing_in import csrf_token, link, log_in, submit


# --- by link ---------------------------------------------------------------------------------------------------------
def test_hanako_comes_in_by_her_link_and_her_name(client: FlaskClient, cast: Cast) -> None:
    shop, order = in_shop(cast)
    answer = log_in(client, shop, order)
    assert answer.location == f"/sakura/orders/{order.id}"
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "typed", ["山田花子", "やまだ はなこ", "ヤマダハナコ", "山田　花子様", "yamada hanako", "山田はなこ"]
)
def test_she_writes_her_name_as_she_likes(client: FlaskClient, cast: Cast, typed: str) -> None:
    shop, order = in_shop(cast)
    assert submit(client, link(client, shop, order), {"typed": typed}).status_code == 303


def test_the_link_page_shows_the_code_and_asks_for_the_name_alone(client: FlaskClient, cast: Cast) -> None:
    shop, order = in_shop(cast)
    page = client.get(link(client, shop, order)).text
    assert "A-10234" in page
    assert 'name="typed"' in page
    assert 'name="code"' not in page
    assert "漢字でもかなでも" in page


def test_opening_a_link_changes_nothing(client: FlaskClient, cast: Cast, session: Session) -> None:
    shop, order = in_shop(cast)
    before = rows(session)
    for _ in range(3):
        assert client.get(link(client, shop, order)).status_code == 200
    client.head(link(client, shop, order))
    assert rows(session) == before


def test_a_link_works_again_and_again(client: FlaskClient, app: Flask, cast: Cast) -> None:
    shop, order = in_shop(cast)
    log_in(client, shop, order)
    log_in(app.test_client(), shop, order)


def test_a_name_that_is_not_hers_is_refused(client: FlaskClient, cast: Cast) -> None:
    shop, order = in_shop(cast)
    answer = submit(client, link(client, shop, order), {"typed": "佐藤 太郎"})
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert 'role="alert"' in answer.text
    assert client.get(f"/sakura/orders/{order.id}").status_code == 303


def test_what_was_typed_is_kept_after_an_error(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    page = submit(client, "/sakura/", {"code": "A-10234", "typed": "佐藤 太郎"}).text
    assert 'value="A-10234"' in page
    assert 'value="佐藤 太郎"' in page


def test_an_empty_name_is_asked_for_and_is_no_failure(client: FlaskClient, cast: Cast, session: Session) -> None:
    shop, order = in_shop(cast)
    answer = submit(client, link(client, shop, order), {"typed": "\u3000 "})
    assert answer.status_code == 422
    assert "お名前を入力してください。" in answer.text
    assert rows(session)["login_failure"] == 0


def test_who_is_in_already_goes_straight_on(client: FlaskClient, cast: Cast, session: Session) -> None:
    shop, order = in_shop(cast)
    log_in(client, shop, order)
    before = rows(session)
    answer = client.get(link(client, shop, order))
    assert (answer.status_code, answer.location) == (303, f"/sakura/orders/{order.id}")
    assert rows(session) == before


def test_a_link_may_lead_to_the_subscription_and_nowhere_else(client: FlaskClient, app: Flask, cast: Cast) -> None:
    shop = cast.shop()
    subscription = cast.subscription(shop)
    order, single = cast.order(shop, "T-1", subscription_id=subscription.id), cast.order(shop)
    cast.session.commit()
    page, plain = f"/sakura/subscriptions/{subscription.id}", f"/sakura/orders/{single.id}"
    asked = [
        (order, "subscription", page),
        (order, "cards", f"{page}/cards"),
        (single, "cards", plain),
        (order, "https://evil.example/", f"/sakura/orders/{order.id}"),
        (single, "subscription", plain),
    ]
    for of, to, target in asked:
        browser = app.test_client()
        path = f"{link(browser, shop, of)}?to={to}"
        form = re.search(r'<form method="post" action="([^"]+)"', browser.get(path).text)
        assert form
        assert submit(browser, unescape(form[1]), {"typed": of.buyer_name}).location == target
        assert browser.get(path).location == target, "who is in already"
    subscription.deleted_at = cast.now
    cast.session.commit()
    assert app.test_client().get(f"{link(client, shop, order)}?to=subscription").status_code == 200
    assert log_in(client, shop, order).status_code == 303
    assert client.get(f"{link(client, shop, order)}?to=subscription").location == f"/sakura/orders/{order.id}"


# --- by code ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["A-10234", "a-10234", "Ａー１０２３４", " A-10234 "])
def test_she_types_the_code_as_she_likes(client: FlaskClient, cast: Cast, code: str) -> None:
    _, order = in_shop(cast)
    answer = submit(client, "/sakura/", {"code": code, "typed": "山田花子"})
    assert (answer.status_code, answer.location) == (303, f"/sakura/orders/{order.id}")


def test_a_shop_may_ask_for_the_phone(client: FlaskClient, cast: Cast) -> None:
    shop, order = in_shop(cast, login_element="phone")
    page = client.get(link(client, shop, order)).text
    assert 'autocomplete="tel"' in page
    assert 'inputmode="tel"' in page
    assert submit(client, link(client, shop, order), {"typed": "山田花子"}).status_code == 422
    assert submit(client, link(client, shop, order), {"typed": "０９０ー１２３４ー５６７８"}).status_code == 303


def test_a_shop_can_refuse_readings_that_are_only_derived(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop(derive_readings=False)
    order = cast.order(shop, buyer_kana="")
    cast.session.commit()
    assert submit(client, link(client, shop, order), {"typed": "やまだはなこ"}).status_code == 422
    assert submit(client, link(client, shop, order), {"typed": "山田花子"}).status_code == 303


def test_after_a_cancellation_the_code_opens_the_order_that_has_it_now(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    cast.order(shop, code_live=False, status=OrderStatus.CANCELED, cancelled_at=cast.now)
    new = cast.order(shop)
    cast.session.commit()
    answer = submit(client, "/sakura/", {"code": "A-10234", "typed": "山田花子"})
    assert answer.location == f"/sakura/orders/{new.id}"


def test_while_nobody_uses_it_again_the_code_still_opens_the_canceled_order(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    old = cast.order(shop, code_live=False, status=OrderStatus.CANCELED, cancelled_at=cast.now)
    cast.session.commit()
    answer = submit(client, "/sakura/", {"code": "A-10234", "typed": "山田花子"})
    assert answer.location == f"/sakura/orders/{old.id}"


def test_the_link_of_the_canceled_order_goes_on_opening_that_one(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    old = cast.order(shop, code_live=False, status=OrderStatus.CANCELED, cancelled_at=cast.now)
    cast.order(shop)
    cast.session.commit()
    assert log_in(client, shop, old).location == f"/sakura/orders/{old.id}"


def test_a_code_of_another_shop_opens_nothing(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    cast.shop("midori")
    cast.session.commit()
    answer = submit(client, "/midori/", {"code": "A-10234", "typed": "山田花子"})
    assert (answer.status_code, REFUSED in answer.text) == (422, True)


@pytest.mark.parametrize(
    "fields", [{"code": "A-10234\x07", "typed": "山田\x07花子"}, {"code": "9" * 99, "typed": "字" * 100}]
)
def test_odd_characters_break_nothing(client: FlaskClient, cast: Cast, fields: dict[str, str]) -> None:
    in_shop(cast)
    assert submit(client, "/sakura/", fields).status_code in {303, 422}


def test_texts_that_are_too_long_are_said_to_be_so(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    answer = submit(client, "/sakura/", {"code": "A" * 101, "typed": "山田花子"})
    assert (answer.status_code, "ご注文番号だけを入力してください" in answer.text) == (422, True)


# --- what is recorded ------------------------------------------------------------------------------------------------
def test_a_login_is_in_the_audit_trail(client: FlaskClient, cast: Cast, session: Session) -> None:
    shop, order = in_shop(cast)
    log_in(client, shop, order)
    entry = session.scalars(select(AuditEntry)).one()
    visitor = session.scalars(select(BuyerSession)).one()
    assert (entry.action, entry.subject_type, entry.subject_id) == ("login.succeeded", "order", order.id)
    assert (entry.actor, entry.shop_id) == (f"buyer:{visitor.id}", shop.id)
    assert session.scalars(select(SessionOrder.order_id)).one() == order.id


def test_the_tables_tell_nobody_what_was_typed(client: FlaskClient, cast: Cast, session: Session) -> None:
    in_shop(cast)
    submit(client, "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"})
    failure = session.scalars(select(LoginFailure)).one()
    lock = session.scalars(select(LoginLock)).one()
    assert failure.code_digest == lock.subject
    assert len(failure.code_digest) == 64
    assert "10234" not in failure.code_digest


# --- browsers --------------------------------------------------------------------------------------------------------
def test_a_form_without_its_token_is_not_taken(client: FlaskClient, cast: Cast, session: Session) -> None:
    shop, order = in_shop(cast)
    client.get(link(client, shop, order))
    answer = client.post(link(client, shop, order), data={"typed": "山田花子"})
    assert answer.status_code == 400
    assert rows(session)["buyer_session"] == 0


def test_a_browser_without_cookies_is_told_so_in_plain_words(app: Flask, cast: Cast) -> None:
    shop, order = in_shop(cast)
    token = csrf_token(app.test_client(), link(app.test_client(), shop, order))
    no_cookies = app.test_client(use_cookies=False)
    answer = no_cookies.post(link(no_cookies, shop, order), data={"typed": "山田花子", "csrf_token": token})
    assert (answer.status_code, "Cookie" in answer.text) == (400, True)


def test_the_page_says_how_to_reach_the_shop_and_how_to_get_the_link_again(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    page = client.get("/sakura/").text
    assert "075-000-0000" in page
    assert 'href="/sakura/resend"' in page


def test_no_page_is_kept_and_no_link_is_told_to_other_sites(client: FlaskClient, cast: Cast) -> None:
    shop, order = in_shop(cast)
    headers = client.get(link(client, shop, order)).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_shop_that_does_not_exist_is_not_found(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    assert client.get("/nowhere/").status_code == 404


def test_taro_cannot_come_in_with_hanakos_code(client: FlaskClient, cast: Cast) -> None:
    shop, _ = in_shop(cast)
    cast.order(shop, "A-20000", **TARO)
    cast.session.commit()
    assert submit(client, "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"}).status_code == 422


@pytest.mark.parametrize(("stored", "typed"), [("#901", "901"), ("901", "#901"), ("#1001", "＃１００１")])
def test_the_number_sign_of_a_code_may_be_left_out_or_added(
    client: FlaskClient, cast: Cast, stored: str, typed: str
) -> None:
    shop = cast.shop()
    cast.order(shop, code=stored, code_key=stored)
    cast.session.commit()
    assert submit(client, "/sakura/", {"code": typed, "typed": "山田花子"}).status_code == 303
