"""Cancellations that cannot take effect at once: each is stored as a request, and every page says so."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.access import requests
from portal.subscriptions.changes import stopping
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.cancellation.buyers import Buyer, bound


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": bound(3)}, "3回のお約束のうち、あと2回残っています。"),
        ({"items": bound(3), "state": "suspended"}, "3回のお約束のうち、あと2回残っています。"),
        ({"rules": {"changes": {"cancel": None}}}, "当店の担当者が確認してから解約します。"),
        ({"next_creation_on": date(2026, 11, 21)}, "次回のお届けの準備が始まっている"),
    ],
)
def test_what_cannot_take_effect_at_once_is_written_down(
    app: Flask, cast: Cast, changes: dict[str, Any], why: str
) -> None:
    hanako = Buyer(app, cast, **changes)
    hanako.take_step()
    assert why in hanako.client.get(hanako.page).text
    assert "お申し込み内容の確認" in hanako.look().text
    done = hanako.cancel().text
    assert "解約のお申し込みを受け付けました" in done
    assert why in done
    for words in ("11月21日(土) 10:00", hanako.receipts()[0].number, "回答があるまで、定期購入は続きます。"):
        assert words in done
    assert hanako.now().state == changes.get("state", "active")
    assert [request.kind for request in hanako.requests()] == ["cancellation"]


def test_back_from_the_code_the_page_says_that_nothing_is_canceled_yet(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    assert "ご本人の確認ができました。まだ解約していません。" in page
    assert page.index("ご本人の確認ができました") < page.index("<h1")


def test_a_request_stops_nothing_and_says_so_everywhere(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3), shop={"notice_addresses": ["tencho@example.jp"]})
    hanako.take_step()
    form, looked = hanako.client.get(hanako.page).text, hanako.look().text
    assert "お約束どおり続けた場合のお支払い" in looked
    assert "これからのお支払い" not in looked
    done = hanako.cancel().text
    assert "（まだ続いています）" in done.split("</title>")[0]
    for page in (form, looked, done):
        plain = re.sub(r"<[^>]+>", "", page)
        assert "12月15日(火)のお届けは、まだ止まっていません。お届けの可否は、当店からの回答でお知らせします。" in plain
        assert plain.count("お申し込みの日時を記録し、受付書にも記載します。") == 1
    for page in (looked, done):
        assert "<dt>返信先</dt>\n<dd>h•••••@example.jp</dd>" in page
    (mail,) = hanako.mails("subscription_canceled")
    assert "（まだ続いています）" in mail.subject
    assert "12月15日(火)のお届けは、まだ止まっていません。" in mail.body_text
    (notice,) = hanako.mails("subscription_canceled_staff")
    assert "12月15日(火)（変更の締め切りは12月3日(木) 23:59）" in notice.body_text
    assert "h•••••@example.jp" in notice.body_text


def test_the_page_of_the_subscription_shows_a_request_that_waits(app: Flask, cast: Cast, clock: Clock) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.take_step()
    of_subscription = hanako.page.removesuffix("/cancel")
    assert "解約のお申し込みを、" not in hanako.client.get(of_subscription).text
    hanako.cancel()
    page = hanako.client.get(of_subscription).text
    plain = re.sub(r"<[^>]+>", "", page)
    assert "解約のお申し込みを、11月21日(土) 10:00に受け付けました。当店からの回答をお待ちください。" in plain
    assert "お申し込み済みです。再度のお手続きは不要です。" in plain
    assert f"/cancel/{hanako.receipts()[0].id}" in page
    requests.resolve(hanako.session, hanako.requests()[0], actor="staff:1", now=clock.forward(minutes=20))
    hanako.session.commit()
    answered = hanako.client.get(of_subscription).text
    assert "解約のお申し込みを、" not in answered
    assert "お申し込み済みです" not in answered


def test_while_a_request_waits_the_page_says_so_instead_of_asking_again(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.take_step()
    looked = hanako.look()
    hanako.cancel()
    page = hanako.client.get(hanako.page).text
    assert "解約のお申し込みを受け付けています" in page
    assert f"/cancel/{hanako.receipts()[0].id}" in page
    assert "<form" not in page.split("</main>")[0]
    # A page that was opened before the request is confirmed.
    again = hanako.confirm(looked)
    assert again.location.endswith(f"/cancel/{hanako.receipts()[0].id}")
    assert len(hanako.requests()) == 1


def test_the_receipt_of_a_request_says_what_became_of_it(app: Flask, cast: Cast, clock: Clock) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.take_step()
    hanako.cancel()
    page = f"{hanako.page}/{hanako.receipts()[0].id}"
    assert "当店からの回答でお知らせします" in hanako.client.get(page).text
    later, (request,) = clock.forward(minutes=20), hanako.requests()
    requests.resolve(hanako.session, request, actor="staff:1", now=later)
    hanako.session.commit()
    assert "11月21日(土) 10:20</time> に当店から回答しました。" in hanako.client.get(page).text
    stopping.cancel(hanako.session, hanako.now(), actor="staff:1", now=later)
    hanako.session.commit()
    shown = re.sub(r"<[^>]+>", "", hanako.client.get(page).text)
    assert "定期購入を解約しました" in shown
    assert "2026年11月21日(土)に解約しました" in shown


def test_without_an_e_mail_address_it_is_written_down_and_staff_make_sure_who_asks(app: Flask, cast: Cast) -> None:
    nothing = {"email": "", "email_key": "", "phone": ""}
    hanako = Buyer(app, cast, order=nothing, shop={"notice_addresses": ["tencho@example.jp"]}, **nothing)
    page = hanako.client.get(hanako.page).text
    assert "メールでのご本人確認ができない" in page
    assert "second-step" not in page
    missing = hanako.look()
    assert missing.status_code == 422
    assert "当店から返信する電話番号かメールアドレスを入力してください。" in missing.text
    done = hanako.cancel(reply_to="06-1234-5678").text
    assert "メールアドレスのご登録がない" in done
    (request,) = hanako.requests()
    assert (request.kind, request.reply_to) == ("cancellation", "06-1234-5678")
    assert hanako.now().state == "active"
    assert hanako.mails("subscription_canceled") == []
    (notice,) = hanako.mails("subscription_canceled_staff")
    assert "本人確認はしていません" in notice.body_text


def test_who_cannot_read_the_mailbox_any_more_asks_without_the_code(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    by = "?by=without-code"
    assert by in hanako.client.get(hanako.page).text
    assert "お申し込み内容の確認" in hanako.look(by).text
    assert "解約のお申し込みを受け付けました" in hanako.cancel(by).text
    assert hanako.now().state == "active"
    # The owner of the mailbox is told.
    (mail,) = hanako.mails("subscription_canceled")
    assert mail.recipient == "hanako@example.jp"


def test_without_the_code_it_can_be_asked_for_again_with_another_way_to_answer(app: Flask, cast: Cast) -> None:
    """The earlier request may be a stranger's, so the page does not even say that there is one."""
    hanako = Buyer(app, cast)
    by = "?by=without-code"
    hanako.cancel(by, reply_to="evil@example.com")
    page = hanako.client.get(f"{hanako.page}{by}").text
    assert "解約のお申し込みを受け付けています" not in page
    hanako.cancel(by, reply_to="090-1234-5678")
    assert {one.reply_to for one in hanako.requests()} == {"evil@example.com", "090-1234-5678"}


def test_a_shop_without_the_second_step_takes_it_at_once(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, shop={"second_step": {"cancel": False}})
    assert "定期購入を解約しました" in hanako.cancel().text
    assert hanako.now().state == "canceled"
    assert "/sakura/not-me/" in hanako.mails("subscription_canceled")[0].body_text
