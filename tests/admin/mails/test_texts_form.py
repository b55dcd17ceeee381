"""Texts that the editor refuses: mistakes in placeholders, markup and headers."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Order, Shop
from tests.admin.mails.editor import LIST, SHIPPED, body_of, shown_text, tell, texts
from tests.cast import Cast
from tests.conftest import Clock
from tests.notifications.mailserver import MailServer


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
