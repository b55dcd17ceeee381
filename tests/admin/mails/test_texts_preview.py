"""The preview of a mail text: what 花子 will get, filled in with one of the shop's orders or an invented one."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Order, Shop
from portal.notifications.rules.messages import MESSAGES
from portal.values.roles import Role
from tests.admin.mails.editor import LIST, actions, body_of, shown_text, tell
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.notifications.mailserver import MailServer


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


# --- the order of the preview --------------------------------------------------------------------------------------------
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
