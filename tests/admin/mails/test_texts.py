"""メールの文面: what the shop types is what the buyer gets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.adapters.smtp import SmtpMailer
from portal.models import AuditEntry, AuditValue, MailText, Order, OutboxMail, Shop
from portal.notifications import order_link
from portal.notifications.outbox import Mailroom
from portal.notifications.rules.messages import MESSAGES
from portal.shipments.notices import tell_shipped
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.notifications.mailserver import MailServer

LIST = "/admin/shops/sakura/mail-texts"
SHIPPED = f"{LIST}/shipped/ja"
SUBJECT = "【## block(shopName) ##】[MEMBER_LAST_NAME]様、発送しました"
BODY = """[MEMBER_NAME] 様

お茶を ## block(carrierName) ## でお送りしました。
番号 [TRACKING_NUMBER]

## block(myPageUrl) ##
新茶のご案内 https://sakura.example.jp/news?order=## block(orderCode) ##、ぜひどうぞ。
"""


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    return order


@pytest.fixture
def manager(client: FlaskClient, cast: Cast, order: Order, shop: Shop) -> FlaskClient:
    staff = cast.staff(shop, role=Role.MANAGER)
    cast.session.commit()
    sign_in(client, staff)
    return client


@pytest.fixture
def send(manager: FlaskClient) -> Callable[..., TestResponse]:
    """`send(path, subject=…, body=…)`: the editor's form, as that page shows it but for what is given."""

    def post(path: str = "", *, page: str = SHIPPED, **fields: str | int) -> TestResponse:
        token = csrf_token(manager, page)
        typed = {"subject": SUBJECT, "body": BODY, "version": 0, "order_code": ""}
        return manager.post(f"{page}{path}", data=typed | fields | {"csrf_token": token})

    return post


def texts(session: Session) -> list[MailText]:
    session.rollback()
    return list(session.scalars(select(MailText).execution_options(populate_existing=True)))


def test_saving_and_the_next_page(manager: FlaskClient, send: Callable[..., TestResponse], session: Session) -> None:
    assert "今は標準の文面で送っています" in manager.get(SHIPPED).text
    answer = send()
    assert answer.status_code == 303, answer.text
    page = manager.get(SHIPPED).text
    assert "今は自店の文面で送っています" in page
    assert "自店の文面" in manager.get(LIST).text


# --- what the shop types is what the buyer gets --------------------------------------------------------------------------
@pytest.fixture
def inbox(manager: FlaskClient, session: Session) -> Iterator[Callable[[], MailServer]]:
    """Send what is due to a real mail server and look at what has come there."""
    app = manager.application
    with MailServer() as server:
        mailer = SmtpMailer("127.0.0.1", server.port, security="none")
        app.extensions["ports"] = replace(app.extensions["ports"], mailer=mailer)

        def deliver() -> MailServer:
            session.commit()
            with app.app_context():
                jobs.mails.send_mails()
            return server

        yield deliver


def body_of(server: MailServer, kind: str) -> str:
    (mail,) = server.received
    part = mail.get_body((kind,))
    assert part
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def shown_text(page: str) -> str:
    found = re.search(r'id="letter-text"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def tell(client: FlaskClient, session: Session, order: Order, shop: Shop, clock: Clock) -> None:
    room: Mailroom = client.application.extensions["mailroom"]
    session.rollback()
    shop, order = session.get_one(Shop, shop.id), session.get_one(Order, order.id)
    tell_shipped(session, room, shop, order.shipments[0], now=clock())
    session.commit()


def test_the_preview_is_what_hanako_gets(
    manager: FlaskClient,
    send: Callable[..., TestResponse],
    session: Session,
    order: Order,
    shop: Shop,
    clock: Clock,
    inbox: Callable[[], MailServer],
) -> None:
    previewed = send("/preview")
    letter = send("/letter").text
    send()
    tell(manager, session, order, shop, clock)
    server = inbox()
    assert server.recipients == ["hanako@example.jp"]
    assert server.received[0]["Subject"] == "【さくら茶舗】山田様、発送しました"
    text = body_of(server, "plain")
    assert text.startswith("山田 花子 様\n\nお茶を ヤマト運輸 でお送りしました。\n番号 1234-5678-9010\n")
    assert "http://localhost/sakura/o/" in text
    assert shown_text(previewed.text) == text
    assert "【さくら茶舗】山田様、発送しました" in previewed.text
    html = body_of(server, "html")
    assert letter.replace('<base target="_blank">', "") == html
    assert re.search(r'<a [^>]*href="http://localhost/sakura/o/[\w.-]+"', html)
    assert 'href="https://sakura.example.jp/news?order=A-10234"' in html, "the link ends where the Japanese begins"


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
    assert "## block(loginCode) ##（6けたの確認コード）が入っていません" in unescape(refused.text)
    in_subject = send(page=page, subject="コード [LOGIN_CODE]", body="## block(loginCode) ##")
    assert in_subject.status_code == 422
    assert "件名には使えません" in in_subject.text
    assert send(page=page, subject="コード", body="番号 [LOGIN_CODE]").status_code == 303
    assert "番号 123456" in manager.get(page).text, "the preview has a made-up code"


# --- refused ------------------------------------------------------------------------------------------------------------
def test_an_unknown_placeholder_is_refused_by_name_with_its_line_and_the_nearest(
    send: Callable[..., TestResponse], session: Session
) -> None:
    answer = send(body="一行目\n[MEMBER_NAMAE] 様\n## block(myPageUrl) ##\n## block(xyzzy) ##")
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "2行目：[MEMBER_NAMAE] という差し込みはありません。[MEMBER_NAME] のことですか。" in page
    assert "4行目：## block(xyzzy) ## という差し込みはありません。" in page
    assert "[MEMBER_NAMAE] 様" in page, "what was typed is still there"
    assert texts(session) == []


def test_of_a_body_without_end_the_preview_shows_the_beginning_and_the_one_mistake(
    send: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        "portal.notifications.rules.placeholders.get_close_matches", lambda *a, **more: read.append(a[0]) or []
    )
    body = "[ORDER_KODE]" * 3_000
    page = unescape(send("/preview", body=body).text)
    assert "長すぎます" in page
    assert "差し込みはありません" not in page
    assert len(unescape(send("/letter", body=body).text)) < 20_000
    assert len(read) < 1000


def test_the_preview_names_the_same_mistakes_and_shows_the_rest(send: Callable[..., TestResponse]) -> None:
    page = unescape(send("/preview", body="[MEMBER_NAME] [ORDER_KODE]\n## block(myPageUrl) ##").text)
    assert "1行目：[ORDER_KODE] という差し込みはありません。[ORDER_CODE] のことですか。" in page
    assert shown_text(page).startswith("山田 花子 [ORDER_KODE]\n")


@pytest.mark.parametrize("subject", ["発送\r\nBcc: taro@example.jp", "発送\nX-Spam: no", "発送\u2028x"])
def test_a_subject_cannot_smuggle_a_header(send: Callable[..., TestResponse], session: Session, subject: str) -> None:
    assert send(subject=subject).status_code == 422
    assert texts(session) == []


def test_what_a_buyer_is_called_becomes_neither_markup_nor_header_nor_link_nor_placeholder(
    manager: FlaskClient,
    send: Callable[..., TestResponse],
    session: Session,
    cast: Cast,
    order: Order,
    shop: Shop,
    clock: Clock,
    inbox: Callable[[], MailServer],
) -> None:
    name = "<script>alert(1)</script> http://evil.example/ [ORDER_CODE] ## block(orderCode) ##\r\nBcc: x@example.jp"
    order.buyer_name = name[:120]
    session.commit()
    send(subject="[MEMBER_NAME]", body="[MEMBER_NAME] 様\n## block(myPageUrl) ##")
    tell(manager, session, order, shop, clock)
    server = inbox()
    (mail,) = server.received
    assert server.recipients == ["hanako@example.jp"]
    assert "Bcc" not in mail
    assert "[ORDER_CODE] ## block(orderCode) ## Bcc" in str(mail["Subject"])
    html = body_of(server, "html")
    assert "<script>" not in html
    assert 'href="http://evil' not in html
    assert "[ORDER_CODE]" in body_of(server, "plain"), "what is filled in is not read again"


def test_the_shops_own_words_are_escaped_too(send: Callable[..., TestResponse]) -> None:
    html = send("/letter", body='<img src=x onerror=alert(1)> & "お茶"\n## block(myPageUrl) ##').text
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &#34;お茶&#34;<br>" in html


def test_the_frame_may_run_nothing(send: Callable[..., TestResponse], manager: FlaskClient) -> None:
    policy = send("/letter").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "frame-src 'self'" in manager.get(SHIPPED).headers["Content-Security-Policy"]
    assert "frame-src" not in manager.get(LIST).headers["Content-Security-Policy"]


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


def actions(session: Session, action: str) -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


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


# --- whom the preview is about -------------------------------------------------------------------------------------------
def test_the_preview_takes_the_order_that_is_asked_for_and_notes_who_looked(
    manager: FlaskClient, send: Callable[..., TestResponse], session: Session, cast: Cast, shop: Shop
) -> None:
    other = cast.order(shop, code="B-777", buyer_name="佐藤 太郎")
    cast.session.commit()
    page = send("/preview", order_code="ｂ-777").text
    assert shown_text(page).startswith("佐藤 太郎 様")
    for _ in range(3):
        send("/preview", order_code="B-777")
    assert [entry.subject_id for entry in actions(session, "order.viewed")].count(other.id) == 1
    unknown = send("/preview", order_code="Z-1").text
    assert "見つかりませんでした" in unknown
    assert shown_text(unknown).startswith("山田 花子 様"), "the newest that was shipped"


def test_another_shops_order_is_not_shown(send: Callable[..., TestResponse], cast: Cast) -> None:
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    cast.order(momiji, code="M-1", buyer_name="佐藤 太郎")
    cast.session.commit()
    page = send("/preview", order_code="M-1").text
    assert "佐藤 太郎" not in page
    assert "見つかりませんでした" in page


def test_a_shop_without_orders_sees_an_invented_one(client: FlaskClient, cast: Cast) -> None:
    staff = cast.staff(cast.shop(), role=Role.MANAGER)
    cast.session.commit()
    sign_in(client, staff)
    for message in MESSAGES:
        page = client.get(f"{LIST}/{message}/ja")
        assert page.status_code == 200
        assert "見本の注文で表示しています" in page.text


# --- test mail ----------------------------------------------------------------------------------------------------------
def test_a_test_mail_goes_to_oneself_and_is_marked(
    send: Callable[..., TestResponse], session: Session, inbox: Callable[[], MailServer]
) -> None:
    answer = send("/test", subject="ためし [ORDER_CODE]")
    assert answer.status_code == 200
    assert "suzuki@example.jp に送りました" in answer.text
    assert 'value="ためし [ORDER_CODE]"' in answer.text, "what was typed is still there"
    server = inbox()
    assert server.recipients == ["suzuki@example.jp"]
    assert server.received[0]["Subject"] == "【テスト】ためし A-10234"
    assert "山田 花子 様" in body_of(server, "plain")
    assert texts(session) == [], "nothing is saved by it"
    assert len(actions(session, "mail_text.tested")) == 1
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.message, mail.order_id) == ("test", None)


def test_the_record_of_a_test_mail_names_the_order_whose_data_it_held(
    send: Callable[..., TestResponse], session: Session, order: Order
) -> None:
    send("/test")
    (entry,) = actions(session, "mail_text.tested")
    values = select(AuditValue.after).where(AuditValue.entry_id == entry.id, AuditValue.field == "orders")
    assert session.scalars(values).one() == order.code


def test_a_test_mail_of_a_text_with_mistakes_is_not_sent(send: Callable[..., TestResponse], session: Session) -> None:
    assert send("/test", body="[MEMBER_NAMAE]").status_code == 422
    assert session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("path", "body", "status"), [("", "[TRACKING_NUMBR]", 422), ("/test", BODY, 200)], ids=["refused", "test mail"]
)
def test_an_editor_that_stood_open_for_an_hour_answers_at_once(
    manager: FlaskClient, session: Session, clock: Clock, path: str, body: str, status: int
) -> None:
    """The look at the order of the preview is noted anew, beside what the form itself wants to write."""
    token = csrf_token(manager, SHIPPED)
    clock.forward(minutes=45)
    typed = {"subject": SUBJECT, "body": body, "version": 0, "order_code": "", "csrf_token": token}
    assert manager.post(f"{SHIPPED}{path}", data=typed).status_code == status
    assert len(actions(session, "order.viewed")) == 2


def test_ten_test_mails_an_hour_are_enough(send: Callable[..., TestResponse], session: Session, clock: Clock) -> None:
    for _ in range(10):
        assert send("/test").status_code == 200
    refused = send("/test")
    assert refused.status_code == 429
    assert "1時間に10通まで" in refused.text
    assert len(session.scalars(select(OutboxMail)).all()) == 10
    clock.forward(minutes=61)
    assert send("/test").status_code == 200


# --- whom it admits -----------------------------------------------------------------------------------------------------
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
    for path in (SHIPPED, f"{SHIPPED}/reset", f"{SHIPPED}/test", f"{LIST}/order-received"):
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
def test_a_manager_switches_the_mail_for_new_orders_on_and_off(
    manager: FlaskClient, session: Session, shop: Shop, clock: Clock
) -> None:
    def switch(on: str) -> None:
        token = csrf_token(manager, LIST)
        assert manager.post(f"{LIST}/order-received", data={"on": on, "csrf_token": token}).status_code == 303

    assert "今は送っていません" in manager.get(LIST).text
    switch("yes")
    clock.forward(minutes=5)
    switch("yes")
    session.rollback()
    session.expire_all()
    assert session.get_one(Shop, shop.id).tells_orders_since == clock() - timedelta(minutes=5), "twice is once"
    assert "今は送っています" in manager.get(LIST).text
    switch("no")
    session.rollback()
    session.expire_all()
    assert session.get_one(Shop, shop.id).tells_orders_since is None
    assert len(actions(session, "shop.settings_changed")) == 2


def test_the_block_for_the_carts_own_mails_is_there_to_copy(manager: FlaskClient, session: Session, shop: Shop) -> None:
    page = unescape(manager.get(LIST).text)
    assert (
        "お名前を入力すると、お荷物のようすを見たり、領収書を受け取ったりできます。\n## block(myPageUrl) ##</pre>"
        in page
    )
    assert "http://localhost/sakura/</pre>" in page
    shop.login_element = "phone"
    session.commit()
    assert "ご注文のときの電話番号を入力すると" in manager.get(LIST).text
