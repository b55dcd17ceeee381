"""解約 on a phone: always visible, it always works, and it leaves a proof."""

import re
import subprocess
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.access import requests
from portal.models import BuyerRequest, OutboxMail, Rendition, StopReason, Subscription, SubscriptionChange
from portal.subscriptions.changes import stopping
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import HIDDEN, sign_in, submit

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Buyer:
    """花子 at her phone, with one subscription and its first order."""

    def __init__(self, app: Flask, cast: Cast, **changes: Any) -> None:
        self.app, self.session = app, cast.session
        self.shop = cast.shop(**changes.pop("shop", {}))
        self.rules = cast.rules(self.shop, **changes.pop("rules", {}))
        order = changes.pop("order", {})
        self.subscription = cast.subscription(self.shop, **changes)
        of_subscription = {"subscription_id": self.subscription.id, "subscription_number": self.subscription.number}
        self.order = cast.order(self.shop, **(of_subscription | order))
        self.page = f"/sakura/subscriptions/{self.subscription.id}/cancel"
        self.session.commit()
        self.client = self.signed_in()

    def signed_in(self) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.shop, self.order)
        return client

    def take_step(self, client: FlaskClient | None = None) -> None:
        client = client or self.client
        step = f"/sakura/second-step?subscription={self.subscription.id}"
        submit(client, step.replace("second-step", "second-step/code"), {}, form_on=step)
        code = re.search(r"\b\d{6}\b", self.mails("login_code")[-1].body_text)
        assert code
        assert submit(client, step, {"code": code[0]}).status_code == 303

    def look(self, by: str = "", client: FlaskClient | None = None, **fields: str) -> TestResponse:
        """The page before the last button."""
        return submit(client or self.client, self.page + by, {"reason": ""} | fields)

    def confirm(self, looked: TestResponse, by: str = "", client: FlaskClient | None = None) -> TestResponse:
        fields = dict(FIELD.findall(looked.text))
        token = HIDDEN.search(looked.text)
        assert token
        fields["csrf_token"] = token[1]
        return (client or self.client).post(f"{self.page}/confirm{by}", data=fields)

    def cancel(self, by: str = "", **fields: str) -> TestResponse:
        """The page after the last button."""
        answer = self.confirm(self.look(by, **fields), by)
        assert answer.status_code == 303, answer.text
        return self.client.get(answer.location)

    def now(self) -> Subscription:
        self.session.rollback()
        found = self.session.get_one(Subscription, self.subscription.id, populate_existing=True)
        self.session.commit()
        return found

    def receipts(self) -> list[SubscriptionChange]:
        return self._all(select(SubscriptionChange).order_by(SubscriptionChange.at))

    def requests(self) -> list[BuyerRequest]:
        return self._all(select(BuyerRequest))

    def mails(self, message: str) -> list[OutboxMail]:
        return self._all(select(OutboxMail).filter_by(message=message).order_by(OutboxMail.id))

    def _all(self, query: Select[Any]) -> list[Any]:
        self.session.rollback()
        found = list(self.session.scalars(query))
        self.session.commit()
        return found


def bound(count: int) -> list[dict[str, Any]]:
    return [{"product_code": "T-100", "name": "煎茶 やぶきた 100g", "commitment_count": count}]


def test_cancelling_at_once(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    assert "いますぐ解約できます" in page
    looked = hanako.look()
    assert "この内容で解約しますか" in looked.text
    assert hanako.now().state == "active"
    done = hanako.cancel().text
    assert "<title>定期購入を解約しました" in done
    assert '<p class="sign good">解約しました</p>' in done
    assert "受け付けました" not in done
    assert "まだ止まっていません" not in done
    (receipt,) = hanako.receipts()
    assert receipt.number in done
    assert "11月21日(土) 10:00" in done
    assert hanako.now().state == "canceled"


# --- always visible, always working ------------------------------------------------------------------------------------
def test_it_is_visible_before_the_second_step_and_done_only_after_it(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    page = hanako.client.get(hanako.page).text
    step = f"/sakura/second-step?subscription={hanako.subscription.id}&amp;back={hanako.page}"
    assert "いますぐ解約できます" in page
    assert step in page
    assert "確認コードを受け取って、解約に進む" in page
    assert "ご本人の確認ができました" not in page
    assert 'method="post" action="' + hanako.page not in page
    for path in (hanako.page, f"{hanako.page}/confirm"):
        answer = submit(hanako.client, path, {}, form_on=f"{hanako.page}?by=without-code")
        assert (answer.status_code, answer.location) == (303, step.replace("&amp;", "&"))
    assert (hanako.now().state, hanako.receipts()) == ("active", [])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": bound(3)}, "3回のお約束のうち、あと2回残っています。"),
        ({"items": bound(3), "state": "suspended"}, "3回のお約束のうち、あと2回残っています。"),
        ({"rules": {"changes": {"cancel": None}}}, "このお店では、担当者がお確かめしてから解約します。"),
        ({"next_creation_on": date(2026, 11, 21)}, "次のお届けの準備が始まっている"),
    ],
)
def test_what_cannot_take_effect_at_once_is_written_down(
    app: Flask, cast: Cast, changes: dict[str, Any], why: str
) -> None:
    hanako = Buyer(app, cast, **changes)
    hanako.take_step()
    assert why in hanako.client.get(hanako.page).text
    assert "この内容で解約を申し込みますか" in hanako.look().text
    done = hanako.cancel().text
    assert "解約のお申し込みを受け付けました" in done
    assert why in done
    for words in ("11月21日(土) 10:00", hanako.receipts()[0].number, "ご返事があるまで、定期購入は続きます。"):
        assert words in done
    assert hanako.now().state == changes.get("state", "active")
    assert [request.kind for request in hanako.requests()] == ["cancellation"]


def test_back_from_the_code_the_page_says_that_nothing_is_cancelled_yet(app: Flask, cast: Cast) -> None:
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
        assert "12月15日(火)のお届けは、まだ止まっていません。どうなるかは、お店のご返事でお知らせします。" in plain
        assert plain.count("お申し込みの日時は記録され、受付書にも残ります。") == 1
    for page in (looked, done):
        assert "<dt>ご返事先</dt>\n<dd>h•••••@example.jp</dd>" in page
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
    assert "解約のお申し込みを、11月21日(土) 10:00に受け付けています。お店からのご返事をお待ちください。" in plain
    assert "お申し込み済みです。もう一度のお手続きはいりません。" in plain
    assert f"/cancel/{hanako.receipts()[0].id}" in page
    requests.settle(hanako.session, hanako.requests()[0], actor="staff:1", now=clock.forward(minutes=20))
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
    # From a page that stood open before it.
    again = hanako.confirm(looked)
    assert again.location.endswith(f"/cancel/{hanako.receipts()[0].id}")
    assert len(hanako.requests()) == 1


def test_the_receipt_of_a_request_says_what_became_of_it(app: Flask, cast: Cast, clock: Clock) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.take_step()
    hanako.cancel()
    page = f"{hanako.page}/{hanako.receipts()[0].id}"
    assert "お店のご返事でお知らせします" in hanako.client.get(page).text
    later, (request,) = clock.forward(minutes=20), hanako.requests()
    requests.settle(hanako.session, request, actor="staff:1", now=later)
    hanako.session.commit()
    assert "11月21日(土) 10:20</time> に、お店がご返事しました。" in hanako.client.get(page).text
    stopping.cancel(hanako.session, hanako.now(), actor="staff:1", now=later)
    hanako.session.commit()
    shown = re.sub(r"<[^>]+>", "", hanako.client.get(page).text)
    assert "定期購入を解約しました" in shown
    assert "2026年11月21日(土)に解約しました" in shown


def test_without_an_e_mail_address_it_is_written_down_and_staff_make_sure_who_asks(app: Flask, cast: Cast) -> None:
    nothing = {"email": "", "email_key": "", "phone": ""}
    hanako = Buyer(app, cast, order=nothing, shop={"notice_addresses": ["tencho@example.jp"]}, **nothing)
    page = hanako.client.get(hanako.page).text
    assert "メールでご本人の確認ができない" in page
    assert "second-step" not in page
    missing = hanako.look()
    assert missing.status_code == 422
    assert "お店からご返事する電話番号かメールアドレスを入力してください。" in missing.text
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
    assert "この内容で解約を申し込みますか" in hanako.look(by).text
    assert "解約のお申し込みを受け付けました" in hanako.cancel(by).text
    assert hanako.now().state == "active"
    # Who reads the mailbox hears of it.
    (mail,) = hanako.mails("subscription_canceled")
    assert mail.recipient == "hanako@example.jp"


def test_without_the_code_it_can_be_asked_for_again_with_another_way_to_answer(app: Flask, cast: Cast) -> None:
    """Whoever asked before may have been a stranger: it is not even said that somebody did."""
    hanako = Buyer(app, cast)
    by = "?by=without-code"
    hanako.cancel(by, reply_to="evil@example.com")
    page = hanako.client.get(f"{hanako.page}{by}").text
    assert "解約のお申し込みを受け付けています" not in page
    hanako.cancel(by, reply_to="090-1234-5678")
    assert {one.reply_to for one in hanako.requests()} == {"evil@example.com", "090-1234-5678"}


def test_a_shop_without_the_second_step_takes_it_at_once(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, shop={"second_step": {"subscription": False}})
    assert "定期購入を解約しました" in hanako.cancel().text
    assert hanako.now().state == "canceled"
    assert "/sakura/not-me/" in hanako.mails("subscription_canceled")[0].body_text


# --- what the page says ------------------------------------------------------------------------------------------------
def test_the_figures_before_it(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3), order={"payment_state": "unpaid", "requested_on": date(2026, 11, 28)})
    hanako.take_step()
    for page in (hanako.client.get(hanako.page).text, hanako.look().text):
        plain = re.sub(r"<[^>]+>", "", page)
        assert "¥3,160（残り2回の合計）" in plain
        assert "2027年1月5日(火)から" in plain
        assert "ご注文 A-10234 11月28日(土) お届け予定 ¥3,280" in plain
    assert "3回（済み1回、残り2回）" in re.sub(r"<[^>]+>", "", hanako.client.get(hanako.page).text)
    assert "075-000-0000" in hanako.client.get(hanako.page).text


def test_the_deadline_of_the_next_delivery(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    page = re.sub(r"<[^>]+>", "", hanako.client.get(hanako.page).text)
    assert "12月3日(木) 23:59までに解約すると、このお届けから止まります。" in page


def test_one_offer_and_the_way_on_beside_it(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, rules={"offers_before_cancelling": ["skip", "pause"]})
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    offered = re.findall(r'<a class="([^"]*)" href="[^"]*/changes/(\w+)"', page)
    assert offered == [("button", "skip")]
    # Not a bit smaller than the offer.
    assert re.search(r'<button class="button" type="submit"[^>]*>\s*このまま解約に進む', page)


def test_without_the_code_nothing_is_offered_that_needs_it(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, rules={"offers_before_cancelling": ["skip"]})
    assert "/changes/" not in hanako.client.get(f"{hanako.page}?by=without-code").text


def test_the_reason_is_the_shops_list_and_nobody_must_give_one(app: Flask, cast: Cast, session: Session) -> None:
    hanako = Buyer(app, cast)
    facts = {"shop_id": hanako.shop.id, "kind": "cancel"}
    session.add_all([StopReason(text="飲みきれない", **facts), StopReason(text="味が合わない", **facts)])
    session.commit()
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    assert re.findall(r'name="reason" type="radio" value="([^"]*)"', page) == ["飲みきれない", "味が合わない", ""]
    assert "味が合わない" in hanako.look(reason="味が合わない").text
    # Somebody else's words are no reason of this shop's, and hold nobody up.
    assert "でたらめ" not in hanako.look(reason="でたらめ").text
    hanako.cancel(reason="味が合わない")
    assert hanako.now().stop_reason == "味が合わない"


# --- twice, stale, back ------------------------------------------------------------------------------------------------
def test_pressed_twice_is_one_cancellation_with_one_mail(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    looked = hanako.look()
    first, second = hanako.confirm(looked), hanako.confirm(looked)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(hanako.receipts()) == 1
    assert len(hanako.mails("subscription_canceled")) == 1


def test_after_a_change_elsewhere_the_page_shows_what_is_so_now_and_keeps_the_reason(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.session.add(StopReason(shop_id=hanako.shop.id, kind="cancel", text="飲みきれない"))
    hanako.session.commit()
    hanako.take_step()
    looked = hanako.look(reason="飲みきれない")
    hanako.subscription.memo = "電話で相談"
    hanako.subscription.version += 1
    hanako.session.commit()
    stale = hanako.confirm(looked)
    assert stale.status_code == 409
    assert "この間に内容が変わりました。まだ解約していません。" in stale.text
    assert hanako.now().state == "active"
    assert hanako.confirm(stale).status_code == 303
    assert (hanako.now().state, hanako.now().stop_reason) == ("canceled", "飲みきれない")


def test_the_second_of_two_tabs_finds_it_cancelled(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    looked = hanako.look()
    hanako.cancel()
    other = hanako.confirm(looked)
    assert "この定期購入は解約済みです" in other.text
    assert f"/cancel/{hanako.receipts()[0].id}" in other.text
    assert "この定期購入は解約済みです" in hanako.client.get(hanako.page).text
    assert len(hanako.receipts()) == 1


def test_past_midnight_of_the_deadline_the_page_says_what_is_different(app: Flask, cast: Cast, clock: Clock) -> None:
    hanako = Buyer(app, cast, next_creation_on=date(2026, 11, 22))
    # 23:59:59 in Tokyo, and two seconds later.
    clock.forward(hours=13, minutes=59, seconds=59)
    hanako.client = hanako.signed_in()
    hanako.take_step()
    looked = hanako.look()
    assert "この内容で解約しますか" in looked.text
    clock.forward(seconds=2)
    late = hanako.confirm(looked)
    assert late.status_code == 409
    assert "解約を申し込みますか" in late.text
    assert hanako.confirm(late).status_code == 303
    assert (hanako.now().state, hanako.receipts()[0].outcome) == ("active", "requested")


# --- the proof ---------------------------------------------------------------------------------------------------------
def printed(hanako: Buyer, client: FlaskClient | None = None) -> str:
    """The text of the paper, once the worker has made it."""
    path = f"/sakura/subscriptions/{hanako.subscription.id}/proofs/{hanako.receipts()[-1].id}"
    hanako.app.config["WAIT_FOR_PDF"] = 0
    client = client or hanako.client
    client.get(path)
    with hanako.app.app_context():
        for rendition_id in hanako.session.scalars(select(Rendition.id)):
            jobs.papers.render(str(rendition_id))
    hanako.session.rollback()
    answer = client.get(path)
    assert answer.mimetype == "application/pdf"
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=answer.data, capture_output=True, check=True).stdout.decode()


def test_the_paper_of_a_cancellation(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, order={"requested_on": date(2026, 11, 28)})
    hanako.take_step()
    hanako.cancel()
    text = printed(hanako)
    for words in (
        *("解約の受付書", hanako.receipts()[0].number, "山田 花子", "2026年11月21日 10:00", "0000000001"),
        *("煎茶 やぶきた 100g", "2026年11月21日に解約しました", "A-10234", "2026年11月28日お届け予定"),
        *("株式会社さくら茶舗", "075-000-0000", "大阪市北区梅田1-2-3"),
    ):
        assert words in text


def test_the_paper_of_a_request_says_that_it_is_one(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.take_step()
    hanako.cancel()
    text = printed(hanako)
    for words in ("お申し込みを受け付けました", "3回（済み1回、残り2回）", "¥3,160", "2027年1月5日からは"):
        assert words in text
    assert "解約しました" not in text


def test_before_the_second_step_the_paper_is_masked(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    hanako.cancel()
    text = printed(hanako, hanako.signed_in())
    assert "大阪府大阪市…" in text
    assert "梅田" not in text


def test_the_mail_has_the_paper_attached(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, shop={"notice_addresses": ["tencho@example.jp"]})
    hanako.take_step()
    done = hanako.cancel().text
    assert "h•••••@example.jp に、受付のメールをお送りしました。" in done
    printed(hanako)
    (mail,) = hanako.mails("subscription_canceled")
    assert (mail.recipient, mail.attachment_id is not None) == ("hanako@example.jp", True)
    assert hanako.receipts()[0].number in mail.subject
    with app.app_context():
        attached = jobs.mails.attachment(mail.attachment_id)
    assert attached.name == f"{hanako.receipts()[0].number}_解約の受付書.pdf"
    assert attached.content.startswith(b"%PDF")
    (notice,) = hanako.mails("subscription_canceled_staff")
    assert notice.recipient == "tencho@example.jp"
    assert f"/admin/shops/sakura/subscriptions/{hanako.subscription.id}/history" in notice.body_text


def test_taro_finds_nothing_there(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    hanako.cancel()
    others = cast.order(hanako.shop, "B-1", **TARO)
    cast.session.commit()
    taro = app.test_client()
    sign_in(taro, hanako.shop, others)
    proof = f"/sakura/subscriptions/{hanako.subscription.id}/proofs/{hanako.receipts()[0].id}"
    for path in (hanako.page, f"{hanako.page}/{hanako.receipts()[0].id}", proof):
        assert taro.get(path).status_code == 404


def test_a_receipt_of_another_subscription_is_not_shown_here(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    hanako.cancel()
    second = cast.subscription(hanako.shop, "0000000002")
    cast.session.commit()
    change = hanako.receipts()[0].id
    for path in (f"cancel/{change}", f"proofs/{change}"):
        assert hanako.client.get(f"/sakura/subscriptions/{second.id}/{path}").status_code == 404


def test_the_receipt_remembers_the_language_of_the_page(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    hanako.client.get(f"{hanako.page}?lang=en")
    hanako.cancel()
    assert hanako.receipts()[0].language == "en"
