"""解約 on a phone: it is always visible, it always works, and it leaves a proof."""

import re
from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import StopReason
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.cancellation.buyers import Buyer, bound
from tests.mypage.cancellation.test_proof import printed
from tests.mypage.signing_in import sign_in, submit


def test_canceling_at_once(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    assert "今すぐ解約できます" in page
    looked = hanako.look()
    assert "解約内容の確認" in looked.text
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
    assert "今すぐ解約できます" in page
    assert step in page
    assert "確認コードを受け取って、解約へ進む" in page
    assert "ご本人の確認ができました" not in page
    assert 'method="post" action="' + hanako.page not in page
    for path in (hanako.page, f"{hanako.page}/confirm"):
        answer = submit(hanako.client, path, {}, form_on=f"{hanako.page}?by=without-code")
        assert (answer.status_code, answer.location) == (303, step.replace("&amp;", "&"))
    assert (hanako.now().state, hanako.receipts()) == ("active", [])


def test_who_came_by_the_link_of_the_mail_cancels_at_once_without_the_code(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    sign_in(hanako.client, hanako.shop, hanako.order, by_link=True)
    assert "確認コードを受け取って" not in hanako.client.get(hanako.page).text
    assert "定期購入を解約しました" in hanako.cancel().text
    assert hanako.now().state == "canceled"


# --- what the page says ------------------------------------------------------------------------------------------------
def test_the_figures_before_it(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3), order={"payment_state": "unpaid", "requested_on": date(2026, 11, 28)})
    hanako.take_step()
    for page in (hanako.client.get(hanako.page).text, hanako.look().text):
        plain = re.sub(r"<[^>]+>", "", page)
        assert "¥3,160（残り2回の合計）" in plain
        assert "2027年1月5日(火)" in plain
        assert "ご注文 A-10234 11月28日(土) お届け予定 ¥3,280" in plain
    assert "3回（済み1回、残り2回）" in re.sub(r"<[^>]+>", "", hanako.client.get(hanako.page).text)
    assert "075-000-0000" in hanako.client.get(hanako.page).text


def test_the_deadline_of_the_next_delivery(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    page = re.sub(r"<[^>]+>", "", hanako.client.get(hanako.page).text)
    assert "12月3日(木) 23:59までのお手続きで、このお届け以降はお届けしません。" in page


def test_one_offer_and_the_way_on_beside_it(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, rules={"offers_before_cancelling": ["skip", "pause"]})
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    offered = re.findall(r'<a class="([^"]*)" href="[^"]*/changes/(\w+)"', page)
    assert offered == [("button", "skip")]
    # The button to go on is as large as the offer.
    assert re.search(r'<button class="button" type="submit"[^>]*>\s*このまま解約へ進む', page)


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
    # Text that is no reason of this shop's is dropped and stops nobody.
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
    assert "定期購入の内容が途中で変更されました。まだ解約していません。" in stale.text
    assert hanako.now().state == "active"
    assert hanako.confirm(stale).status_code == 303
    assert (hanako.now().state, hanako.now().stop_reason) == ("canceled", "飲みきれない")


def test_the_second_of_two_tabs_finds_it_canceled(app: Flask, cast: Cast) -> None:
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
    # It is 23:59:59 in Tokyo, and then two seconds later.
    clock.forward(hours=13, minutes=59, seconds=59)
    hanako.client = hanako.signed_in()
    hanako.take_step()
    looked = hanako.look()
    assert "解約内容の確認" in looked.text
    clock.forward(seconds=2)
    late = hanako.confirm(looked)
    assert late.status_code == 409
    assert "お申し込み内容の確認" in late.text
    assert hanako.confirm(late).status_code == 303
    assert (hanako.now().state, hanako.receipts()[0].outcome) == ("active", "requested")


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


def test_a_parcel_out_for_delivery_is_named_on_every_page_the_paper_and_the_mails(app: Flask, cast: Cast) -> None:
    hanako = Buyer(
        app, cast, shop={"notice_addresses": ["tencho@example.jp"]}, order={"requested_on": date(2026, 11, 21)}
    )
    cast.shipment(hanako.order, tracking_state="out_for_delivery")
    hanako.session.commit()
    hanako.take_step()
    looked = hanako.look()
    for page in (hanako.client.get(hanako.page).text, looked.text, hanako.cancel().text):
        assert "ご注文 A-10234 11月21日(土) お届け予定 ¥3,280（お支払い済み） 発送済み" in re.sub(r"<[^>]+>", "", page)
    text = printed(hanako)
    assert "A-10234" in text
    assert "発送済み" in text
    (mail,) = hanako.mails("subscription_canceled")
    assert "ご注文 A-10234  ¥3,280（お支払い済み）  発送済み  11月21日(土) お届け予定" in mail.body_text
    (notice,) = hanako.mails("subscription_canceled_staff")
    assert "発送済みの注文  A-10234" in notice.body_text


def test_after_it_the_subscriptions_page_says_that_an_order_on_hold_still_comes(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, order={"status": "on_hold"})
    hanako.take_step()
    hanako.cancel()
    page = hanako.client.get(f"/sakura/subscriptions/{hanako.subscription.id}").text
    assert "「これまでのご注文」で準備中・発送済みのもののほかに、新しいお届けはありません。" in page
    hanako.order.status = "cancelled"
    hanako.session.commit()
    page = hanako.client.get(f"/sakura/subscriptions/{hanako.subscription.id}").text
    assert "これから新しいお届けはありません。" in page


def test_staff_are_asked_to_cancel_in_the_cart_where_it_makes_the_orders(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, shop={"notice_addresses": ["tencho@example.jp"]}, rules={"generates": "them"})
    hanako.take_step()
    hanako.cancel()
    (notice,) = hanako.mails("subscription_canceled_staff")
    assert "カートでも解約してください。" in notice.body_text
    hanako.session.expire_all()
    assert hanako.subscription.attention_reason == "cart"


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
