"""A refused payment: a new card, or the same card once more."""

import re

from flask import Flask
from sqlalchemy import select

from portal.jobs.payments import settle_payments
from portal.models import (
    Card,
    PaymentAttempt,
    Subscription,
    SubscriptionRules,
)
from portal.values.dates import tokyo_date
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.cards.cardholder import Hanako, held
from tests.mypage.signing_in import csrf_token
from tests.mypage.subscribers import hidden


def test_after_a_refused_payment_one_way_leads_to_a_new_card_and_the_order_goes_on(
    app: Flask, hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    order = held(cast, subscription, old, reason="expired_card")
    banner = hanako.client.get(hanako.page).text
    assert "お支払いの手続きができませんでした" in banner
    assert "S-2" in banner
    assert "カードの有効期限が切れています" in banner
    assert f'href="{hanako.cards}/new"' in banner
    # The order's own page says it too, for a buyer who comes by its link.
    of_order = hanako.client.get(f"/sakura/orders/{order.id}").text
    assert of_order.index(f'href="{hanako.cards}/new"') < of_order.index('id="tracking"')
    assert "お支払いの手続きをお願いします" in of_order
    assert "当店で確認しています" not in of_order, "she can do something herself"
    assert "S-2" in hanako.client.get(f"{hanako.cards}/new").text
    done = hanako.register()
    assert "お支払いのお手続きを再度行っています" in done.text
    with app.app_context():
        settle_payments()
    hanako.now()
    assert (order.authorised, order.status) == ("done", "awaiting_shipment")
    assert "お支払いの手続きができませんでした" not in hanako.client.get(hanako.page).text


def test_an_order_that_waits_for_a_wallets_consent_says_so_and_leads_to_the_shop(
    app: Flask, hanako: Hanako, cast: Cast, subscription: Subscription
) -> None:
    subscription.payment_method, subscription.card_id = "Amazon Pay", None
    order = cast.refused_order(subscription, None, "S-2", "no_consent")
    order.payment_method, order.authorised = "Amazon Pay", "none"
    cast.session.commit()
    for page in (hanako.page, f"/sakura/orders/{order.id}"):
        shown = hanako.client.get(page).text
        assert "S-2" in shown
        assert "Amazon Payでのお支払いのご同意が登録されていないため、代金を請求していません。" in shown
        assert "kind=payment" in shown[shown.index('id="payment-failed"') :]
        # Nothing that she did was refused.
        assert "エラー：" not in shown


def test_the_same_card_is_tried_again_by_one_press_and_once(
    app: Flask, hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    held(cast, subscription, old)
    page = hanako.client.get(f"{hanako.page}/retry")
    assert "1,580" in page.text
    for _ in range(2):
        assert hanako.client.post(f"{hanako.page}/retry", data=hidden(page)).status_code == 303
    assert hanako.count(PaymentAttempt) == 2
    waiting = hanako.client.get(f"{hanako.page}/retry")
    assert "お支払いを手続きしています" in waiting.text
    assert waiting.headers["Refresh"] == "3"


def test_a_refused_payment_may_change_the_card_beyond_the_deadline(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card, clock: Clock
) -> None:
    rules = cast.session.scalars(select(SubscriptionRules)).one()
    rules.changes = {"card": 30}
    held(cast, subscription, old)
    hanako.register()
    assert hanako.paid_by() == "4242"


def test_on_the_day_on_which_the_next_order_is_made_she_is_told_before_she_sets_out(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card, clock: Clock
) -> None:
    held(cast, subscription, old)
    subscription.next_creation_on = tokyo_date(clock())
    cast.session.commit()
    page = hanako.client.get(f"{hanako.cards}/new").text
    assert "本日は次回のお届けの準備をしています。明日、もう一度お試しください。" in page
    assert 'value="now"' not in page


def test_what_is_asked_for_again_already_is_no_part_of_the_next_press(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card, clock: Clock
) -> None:
    held(cast, subscription, old)
    waiting = held(cast, subscription, old, "S-3")
    again = {"kind": "authorise", "gateway": old.gateway, "amount": 1580, "state": "asked", "actor": "buyer:1"}
    key = {"idempotency_key": f"{waiting.id.hex}-authorise-2", "asked_at": clock()}
    cast.session.add(PaymentAttempt(shop_id=waiting.shop_id, order_id=waiting.id, card_id=old.id, **again, **key))
    cast.session.commit()
    page = hanako.client.get(f"{hanako.page}/retry").text
    assert "¥1,580のお支払いを再度手続きする" in page
    assert "S-3" not in page


def test_after_a_refused_payment_the_page_has_one_button_that_stands_out(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    assert hanako.client.get(hanako.page).text.count("button primary") == 1
    held(cast, subscription, old)
    (button,) = re.findall(r'class="button primary" href="([^"]+)"', hanako.client.get(hanako.page).text)
    assert button == f"{hanako.cards}/new"


def test_without_a_card_that_can_be_asked_the_press_says_so(
    hanako: Hanako, cast: Cast, subscription: Subscription, old: Card
) -> None:
    held(cast, subscription, old)
    subscription.payment_method, subscription.card_id = "代金引換", None
    cast.session.commit()
    fields = {"csrf_token": csrf_token(hanako.client, f"{hanako.cards}/new")}
    assert hanako.client.post(f"{hanako.page}/retry", data=fields).status_code == 409
    assert hanako.count(PaymentAttempt) == 1
