"""A buyer's access from the staff's side: mailing the order link, lifting locks, ending sessions."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import LoginLock, OutboxMail
from portal.values.roles import Role
from tests.admin.orders.desk import Desk, said, send
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, sign_in, submit


def mails(desk: Desk) -> list[tuple[str, str]]:
    desk.session.rollback()
    return [(mail.message, mail.recipient) for mail in desk.session.scalars(select(OutboxMail))]


# --- the link by mail ------------------------------------------------------------------------------------------------
def test_the_link_goes_to_the_orders_address_once_and_again_only_when_asked(desk: Desk, clock: Clock) -> None:
    order = desk.order()
    send(desk, order, "/link-mail")
    assert said(desk, order) == ["注文ページのリンクを hanako@example.jp に送りました。"]
    answer = send(desk, order, "/link-mail")
    assert answer.location == desk.path(order, "/link-mail")
    page = desk.html(order, "/link-mail")
    assert "リンクは、先ほど送りました" in page
    assert mails(desk) == [("order_link", "hanako@example.jp")]
    after = re.search(r'name="after" value="([^"]+)"', page)
    assert after
    for _ in range(2):
        send(desk, order, "/link-mail", {"after": after[1]})
    assert mails(desk) == [("order_link", "hanako@example.jp")] * 2
    assert desk.actions().count("order_link.sent") == 2
    clock.forward(minutes=11)
    assert desk.client.get(desk.path(order, "/link-mail")).status_code == 303


def test_without_an_address_there_is_nothing_to_send(desk: Desk) -> None:
    order = desk.order(email="", email_key="")
    send(desk, order, "/link-mail", {"after": "nonsense"})
    assert said(desk, order) == ["この注文にはメールアドレスがないので、送れません。"]
    assert mails(desk) == []


# --- locks -----------------------------------------------------------------------------------------------------------
def lock_out(client: FlaskClient, path: str, fields: dict[str, str]) -> None:
    for _ in range(6):
        answer = submit(client, path, fields, form_on="/sakura/")
    assert answer.status_code == 429


def test_a_buyer_who_was_locked_out_gets_in_after_staff_lift_the_lock(app: Flask, desk: Desk) -> None:
    order = desk.order()
    hanako = app.test_client()
    path = link(hanako, desk.shop, order)
    lock_out(hanako, path, {"typed": "山口花子"})
    page = desk.page(order)
    assert "リンクからのログイン 11月21日(土) 10:15 まで止まっています" in page
    send(desk, order, "/unlocking")
    assert "ロック中" not in desk.page(order)
    assert "login_lock.lifted" in desk.actions()
    assert submit(hanako, path, {"typed": "山田花子"}).status_code == 303


def test_the_list_shows_locks_of_codes_that_no_order_has_and_finds_them_by_what_was_typed(
    app: Flask, desk: Desk
) -> None:
    desk.order()
    lock_out(app.test_client(), "/sakura/", {"code": "Ａ－９９９９９", "typed": "山田花子"})
    lock_out(app.test_client(), "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"})
    path = "/admin/shops/sakura/locks"
    assert desk.client.get(path).text.count("解除する</button>") == 2
    found = desk.client.get(path, query_string={"code": " a-99999"}).text
    assert found.count("解除する</button>") == 1
    lifting = re.search(r'action="([^"]+/lifting)"', found)
    assert lifting
    token = csrf_token(desk.client, path)
    for _ in range(2):
        assert desk.client.post(lifting[1], data={"csrf_token": token}).location == path
    assert "この受注コードは、現在止まっていません。" in desk.client.get(path, query_string={"code": "A-99999"}).text
    assert desk.client.get(path).text.count("解除する</button>") == 1
    assert desk.actions().count("login_lock.lifted") == 1


def test_a_locked_address_can_be_let_in_from_the_order_that_it_tried(app: Flask, desk: Desk, clock: Clock) -> None:
    order = desk.order()
    hanako = app.test_client()
    submit(hanako, "/sakura/", {"code": "A-10234", "typed": "山口花子"})
    lock = LoginLock(
        shop_id=desk.shop.id,
        subject="127.0.0.1",
        via="address",
        counted_from=clock(),
        locked_until=clock.forward(minutes=15),
    )
    clock.forward(minutes=-10)
    desk.session.add(lock)
    desk.session.commit()
    html = desk.html(order)
    assert "接続元 127.0.0.1" in html
    token = csrf_token(desk.client, desk.path(order))
    answer = desk.client.post(
        f"/admin/shops/sakura/locks/{lock.id}/lifting", data={"csrf_token": token, "order": str(order.id)}
    )
    assert answer.location == desk.path(order) + "#access"
    assert submit(hanako, "/sakura/", {"code": "A-10234", "typed": "山田花子"}).status_code == 303


# --- sessions --------------------------------------------------------------------------------------------------------
def test_ending_all_sessions_ends_them_at_once(app: Flask, desk: Desk) -> None:
    order, other = desk.order(), desk.order("A-2")
    hanako, elsewhere, taro = app.test_client(), app.test_client(), app.test_client()
    for client, mine in ((hanako, order), (elsewhere, order), (taro, other)):
        sign_in(client, desk.shop, mine)
    send(desk, order, "/sessions/end")
    assert hanako.get(f"/sakura/orders/{order.id}").status_code == 303
    assert elsewhere.get(f"/sakura/orders/{order.id}").status_code == 303
    assert taro.get(f"/sakura/orders/{other.id}").status_code == 200
    assert "いません。" in desk.page(order)
    assert "sessions.ended" in desk.actions()


def test_who_may_only_look_lifts_and_ends_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    order = desk.order()
    hanako = app.test_client()
    sign_in(hanako, desk.shop, order)
    lock_out(app.test_client(), "/sakura/", {"code": "A-10234", "typed": "山口花子"})
    lock = desk.session.scalars(select(LoginLock).where(LoginLock.locked_until.is_not(None))).one()
    token = csrf_token(client, "/admin/account")
    assert client.post(f"/admin/shops/sakura/locks/{lock.id}/lifting", data={"csrf_token": token}).status_code == 403
    for rest in ("/unlocking", "/sessions/end", "/link-mail"):
        assert send(desk, order, rest).status_code == 403
    assert hanako.get(f"/sakura/orders/{order.id}").status_code == 200
    assert "解除する" not in client.get("/admin/shops/sakura/locks").text
    assert mails(desk) == []


def test_another_shops_lock_and_order_are_out_of_reach(app: Flask, desk: Desk, clock: Clock) -> None:
    momiji = desk.cast.shop(slug="momiji", name="もみじ堂")
    other = desk.cast.order(momiji)
    lock = LoginLock(
        shop_id=momiji.id,
        subject="192.0.2.1",
        via="address",
        counted_from=clock(),
        locked_until=clock().replace(year=2027),
    )
    desk.session.add(lock)
    desk.session.commit()
    token = csrf_token(desk.client, "/admin/account")
    lifting = desk.client.post(f"/admin/shops/sakura/locks/{lock.id}/lifting", data={"csrf_token": token})
    assert lifting.status_code == 404
    assert "192.0.2.1" not in desk.client.get("/admin/shops/sakura/locks").text
    for rest in ("/unlocking", "/sessions/end", "/link-mail", "/as-buyer"):
        assert send(desk, other, rest).status_code == 404
