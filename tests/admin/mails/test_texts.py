"""メールの文面: the mail that buyers get has the text that the shop typed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditValue, Order, Shop
from portal.notifications import order_link
from portal.notifications.outbox import Mailroom
from portal.notifications.rules.messages import MESSAGES, SWITCHED
from portal.values.roles import Role
from tests.admin.mails.editor import BODY, LIST, SHIPPED, SUBJECT, actions, body_of, shown_text, tell, texts
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.notifications.mailserver import MailServer


def test_saving_and_the_next_page(manager: FlaskClient, send: Callable[..., TestResponse], session: Session) -> None:
    assert "今は標準の文面で送っています" in manager.get(SHIPPED).text
    answer = send()
    assert answer.status_code == 303, answer.text
    page = manager.get(SHIPPED).text
    assert "今は自店の文面で送っています" in page
    assert "自店の文面" in manager.get(LIST).text


def test_each_language_has_its_own_text(
    manager: FlaskClient,
    send: Callable[..., TestResponse],
    session: Session,
    order: Order,
    shop: Shop,
    clock: Clock,
    inbox: Callable[[], MailServer],
) -> None:
    english = f"{LIST}/order_link/en"
    assert "Your order page" in manager.get(english).text, "it starts from our own words in English"
    send(page=english, subject="Your page, [MEMBER_NAME]", body="Here:\n## block(orderLinks) ##\n[ORDER_DATE]")
    room: Mailroom = manager.application.extensions["mailroom"]
    for language in ("en", "ja"):
        room.post(
            session,
            shop=shop,
            order=order,
            message="order_link",
            recipient=order.email,
            context=order_link.context(room, shop, [order]),
            language=language,
            once_key=None,
            now=clock(),
        )
    subjects = {mail["Subject"] for mail in inbox().received}
    assert subjects == {"Your page, 山田 花子", "【さくら茶舗】ご注文の確認ページのご案内"}
    english_text = next(mail for mail in inbox().received if mail["Subject"].startswith("Your"))
    part = english_text.get_body(("plain",))
    assert part
    assert "Order number  A-10234 · Wed 18 Nov" in part.get_content()
    assert "November 18, 2026" in part.get_content()


def test_our_own_words_are_where_one_starts_and_can_be_saved_as_they_are(
    manager: FlaskClient, send: Callable[..., TestResponse], session: Session
) -> None:
    for message in MESSAGES:
        for language in ("ja", "en"):
            page = f"{LIST}/{message}/{language}"
            shown = manager.get(page).text
            subject = re.search(r'id="subject"[^>]*value="([^"]*)"', shown)
            body = re.search(r'<textarea[^>]*id="body"[^>]*>\s*(.*?)</textarea>', shown, re.DOTALL)
            assert subject
            assert body
            answer = send(page=page, subject=unescape(subject[1]), body=unescape(body[1]))
            assert answer.status_code == 303, f"{message} {language}: {answer.text}"
    assert len(texts(session)) == 2 * len(MESSAGES)


def test_our_own_words_as_a_text_say_the_same_as_ours(
    manager: FlaskClient,
    send: Callable[..., TestResponse],
    session: Session,
    order: Order,
    shop: Shop,
    clock: Clock,
    inbox: Callable[[], MailServer],
) -> None:
    shown = manager.get(SHIPPED).text
    tell(manager, session, order, shop, clock)
    ours = body_of(inbox(), "plain")
    assert shown_text(shown) == ours


def test_the_code_in_a_shops_own_words(manager: FlaskClient, send: Callable[..., TestResponse]) -> None:
    page = f"{LIST}/login_code/ja"
    refused = send(page=page, subject="コード", body="番号をどうぞ")
    assert refused.status_code == 422
    assert "## block(loginCode) ##（6桁の確認コード）が入っていません" in unescape(refused.text)
    in_subject = send(page=page, subject="コード [LOGIN_CODE]", body="## block(loginCode) ##")
    assert in_subject.status_code == 422
    assert "件名には使えません" in in_subject.text
    assert send(page=page, subject="コード", body="番号 [LOGIN_CODE]").status_code == 303
    assert "番号 123456" in manager.get(page).text, "the preview has a made-up code"


# --- two people, two tabs ------------------------------------------------------------------------------------------------
def test_a_form_from_before_somebody_elses_change_overwrites_nothing(
    manager: FlaskClient, send: Callable[..., TestResponse], session: Session
) -> None:
    assert send(version=0).status_code == 303
    stale = send(version=0, subject="わたしの件名")
    assert stale.status_code == 409
    assert "ほかの人が先に書き換えました" in stale.text
    assert "わたしの件名" in stale.text, "what was typed is still there"
    (row,) = texts(session)
    assert row.subject == SUBJECT
    assert send(version=row.version, subject="わたしの件名").status_code == 303
    assert texts(session)[0].subject == "わたしの件名"


def test_pressed_twice_is_saved_once(send: Callable[..., TestResponse], session: Session) -> None:
    assert send().status_code == 303
    assert send().status_code == 303
    (row,) = texts(session)
    assert row.version == 1
    assert len(actions(session, "mail_text.saved")) == 1


def test_back_to_our_own_words(manager: FlaskClient, send: Callable[..., TestResponse], session: Session) -> None:
    send()
    assert "お茶を ## block(carrierName) ##" in manager.get(SHIPPED).text
    assert "お茶を ## block(carrierName) ##" not in manager.get(f"{SHIPPED}?start=standard").text
    send("/reset", version=7)
    assert len(texts(session)) == 1, "from a page left open nothing is thrown away"
    assert send("/reset", version=1).status_code == 303
    assert texts(session) == []
    assert "今は標準の文面で送っています" in manager.get(SHIPPED).text
    assert send("/reset", version=1).status_code == 303, "and once more changes nothing"


def test_the_audit_has_before_and_after(send: Callable[..., TestResponse], session: Session) -> None:
    send()
    send(version=1, body="新しい\n## block(myPageUrl) ##")
    first, second = sorted(actions(session, "mail_text.saved"), key=lambda entry: entry.id)
    assert first.fields == ["body", "subject", "text"]
    assert first.actor.startswith("staff:")
    values = {row.field: row for row in session.scalars(select(AuditValue).where(AuditValue.entry_id == second.id))}
    assert values["body"].before == BODY.strip()
    assert values["body"].after == "新しい\n## block(myPageUrl) ##"
    assert values["text"].after == "shipped/ja"


# --- when it cannot be filled -------------------------------------------------------------------------------------------
def test_a_text_that_can_no_longer_be_filled_gives_way_to_ours_and_staff_see_it(
    manager: FlaskClient,
    send: Callable[..., TestResponse],
    session: Session,
    order: Order,
    shop: Shop,
    clock: Clock,
    inbox: Callable[[], MailServer],
) -> None:
    send()
    (row,) = texts(session)
    row.body = "## block(goneWithTheNextVersion) ## ## block(myPageUrl) ##"
    session.commit()
    tell(manager, session, order, shop, clock)
    server = inbox()
    assert server.received[0]["Subject"] == "【さくら茶舗】お荷物を発送しました (A-10234)"
    assert "使えないため標準で送信中" in manager.get(LIST).text
    page = manager.get(SHIPPED).text
    assert "この文面は使えなくなった" in page
    assert "goneWithTheNextVersion" in page
    (row,) = texts(session)
    assert send(version=row.version).status_code == 303
    assert "使えないため標準で送信中" not in manager.get(LIST).text


# --- permissions --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_others_than_managers_look_and_change_nothing(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, session: Session, role: Role
) -> None:
    staff = cast.staff(shop, role=role)
    cast.session.commit()
    sign_in(client, staff)
    page = client.get(SHIPPED)
    assert page.status_code == 200
    assert "この文面を保存する" not in page.text
    assert "これから取り込む注文に送る" not in client.get(LIST).text
    token = csrf_token(client, SHIPPED)
    fields = {"subject": SUBJECT, "body": BODY, "version": "0", "csrf_token": token}
    for path in (SHIPPED, f"{SHIPPED}/reset", f"{SHIPPED}/test", f"{LIST}/order_received/switch"):
        assert client.post(path, data=fields).status_code == 403
    assert client.post(f"{SHIPPED}/preview", data=fields).status_code == 200
    assert texts(session) == []


def test_nothing_of_another_shop(manager: FlaskClient, cast: Cast, session: Session) -> None:
    cast.shop(slug="momiji", name="もみじ堂")
    cast.session.commit()
    token = csrf_token(manager, SHIPPED)
    fields = {"subject": SUBJECT, "body": BODY, "version": "0", "csrf_token": token}
    there = "/admin/shops/momiji/mail-texts"
    assert manager.get(there).status_code == 404
    assert manager.get(f"{there}/shipped/ja").status_code == 404
    for path in ("", "/reset", "/test", "/preview", "/letter"):
        assert manager.post(f"{there}/shipped/ja{path}", data=fields).status_code == 404
    assert texts(session) == []


@pytest.mark.parametrize("path", ["staff_password/ja", "nothing/ja", "shipped/fr", "layout/ja"])
def test_there_is_no_other_mail_to_write(manager: FlaskClient, path: str) -> None:
    assert manager.get(f"{LIST}/{path}").status_code == 404


def test_a_language_that_the_shop_does_not_offer_has_no_text(
    manager: FlaskClient, session: Session, shop: Shop
) -> None:
    shop.languages = ["ja"]
    session.commit()
    assert manager.get(f"{LIST}/shipped/en").status_code == 404
    assert "英語" not in manager.get(LIST).text


# --- order received -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("message", "column"), SWITCHED.items())
def test_a_manager_switches_a_mail_on_and_off(
    manager: FlaskClient, session: Session, shop: Shop, clock: Clock, message: str, column: str
) -> None:
    def switch(on: str) -> None:
        token = csrf_token(manager, LIST)
        assert manager.post(f"{LIST}/{message}/switch", data={"on": on, "csrf_token": token}).status_code == 303

    def since() -> datetime | None:
        session.rollback()
        session.expire_all()
        found: datetime | None = getattr(session.get_one(Shop, shop.id), column)
        return found

    assert manager.get(LIST).text.count("今は送っていません。") == len(SWITCHED), "an upgrade sends nothing new"
    switch("yes")
    clock.forward(minutes=5)
    switch("yes")
    assert since() == clock() - timedelta(minutes=5), "twice is once"
    assert manager.get(LIST).text.count("今は送っています。") == 1
    switch("no")
    assert since() is None
    assert len(actions(session, "shop.settings_changed")) == 2


def test_a_mail_without_a_switch_has_none(manager: FlaskClient) -> None:
    token = csrf_token(manager, LIST)
    assert manager.post(f"{LIST}/shipped/switch", data={"on": "no", "csrf_token": token}).status_code == 404


def test_the_shops_address_is_there_to_copy_and_no_link_that_nothing_exports(
    manager: FlaskClient, session: Session, shop: Shop
) -> None:
    page = unescape(manager.get(LIST).text)
    assert "http://localhost/sakura/</pre>" in page
    assert "注文番号とお名前を入力すると" in page
    assert "## block(myPageUrl) ##" not in page
    shop.login_element = "phone"
    session.commit()
    assert "注文番号と電話番号を入力すると" in manager.get(LIST).text
