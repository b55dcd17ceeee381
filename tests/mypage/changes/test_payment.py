"""The way of payment: which ones can be chosen, with the fee shown before confirming."""

import pytest
from sqlalchemy.orm import Session

from portal.models import Shop, Subscription, SubscriptionRules
from tests.cast import TARO, Cast
from tests.mypage.subscribers import Subscriber

CARD, COD, NP, AMAZON = "クレジットカード", "代金引換", "NP後払い", "Amazon Pay"


@pytest.fixture
def rules(cast: Cast, shop: Shop) -> SubscriptionRules:
    return cast.rules(shop, payment_fees={COD: 330, NP: 220, CARD: 0})


@pytest.fixture
def subscription(cast: Cast, shop: Shop, rules: SubscriptionRules) -> Subscription:
    return cast.subscription(shop, payment_fee=330)


def choices(page: str) -> list[str]:
    return [words for words in (CARD, COD, NP, AMAZON) if f'name="payment_method" type="radio" value="{words}"' in page]


def test_the_fee_is_shown_before_it_is_confirmed(hanako: Subscriber) -> None:
    assert "NP後払い（手数料 ¥220）" in hanako.form("payment").text
    shown = hanako.preview("payment", {"payment_method": NP})
    assert "¥330" in shown.text
    assert "¥220" in shown.text
    assert "¥1,800" in shown.text, "the sum of one order"
    assert hanako.now().payment_method == COD
    assert hanako.confirm("payment", shown).status_code == 303
    assert (hanako.now().payment_method, hanako.now().payment_fee) == (NP, 220)
    assert [one.kind for one in hanako.receipts()] == ["payment"]


def test_a_method_without_a_fee_in_the_table_leaves_it_as_it_is(
    hanako: Subscriber, rules: SubscriptionRules, session: Session
) -> None:
    rules.payment_fees = {}
    session.commit()
    hanako.carry_out("payment", {"payment_method": NP})
    assert hanako.now().payment_fee == 330


def test_a_card_only_with_one_that_is_registered(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    page = hanako.form("payment").text
    assert CARD not in choices(page)
    assert "先にカードの登録が必要です" in page
    assert f"{hanako.page}/cards" in page
    assert hanako.preview("payment", {"payment_method": CARD}).status_code == 422

    cast.card(shop, reference="old", last4="1111", expires="2026-10", is_default=False)
    cast.card(shop, reference="taros", last4="9999", email_key=TARO["email_key"])
    visa = cast.card(shop)
    hanako.session.commit()
    page = hanako.form("payment").text
    assert CARD in choices(page)
    assert "4242" in page
    assert "1111" not in page, "expired"
    assert "9999" not in page
    hanako.session.rollback()
    assert hanako.preview("payment", {"payment_method": CARD, "card_id": ""}).status_code == 422
    hanako.carry_out("payment", {"payment_method": CARD, "card_id": str(visa.id)})
    assert (hanako.now().payment_method, hanako.now().card_id, hanako.now().payment_fee) == (CARD, visa.id, 0)


def test_somebody_elses_card_is_refused(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    cast.card(shop)
    taros = cast.card(shop, reference="taros", email_key=TARO["email_key"])
    hanako.session.commit()
    answer = hanako.preview("payment", {"payment_method": CARD, "card_id": str(taros.id)})
    assert (answer.status_code, "カードを選んでください" in answer.text) == (422, True)


def test_a_wallet_needs_a_consent_that_is_not_given_here(hanako: Subscriber) -> None:
    page = hanako.form("payment").text
    assert AMAZON not in choices(page)
    assert "決済会社でのお手続きが必要です" in page
    assert hanako.preview("payment", {"payment_method": AMAZON}).status_code == 422
    assert hanako.now().payment_method == COD


def test_no_cash_on_delivery_into_a_letter_box(hanako: Subscriber, rules: SubscriptionRules, session: Session) -> None:
    rules.payment_methods = [NP, COD, "銀行振込"]
    hanako.subscription.payment_method, hanako.subscription.delivery_method = NP, "ネコポス"
    session.commit()
    page = hanako.form("payment").text
    assert COD not in choices(page)
    assert "現在のお届け方法（ネコポス）では" in page
    assert hanako.preview("payment", {"payment_method": COD}).status_code == 422
    rules.payment_methods = [NP, COD]
    session.commit()
    page = hanako.form("payment").text
    assert "ほかに選べるものがありません" in page
    assert "現在のお届け方法（ネコポス）では" in page, "and it is said why"


def test_what_the_shop_does_not_offer_cannot_be_sent(hanako: Subscriber) -> None:
    answer = hanako.preview("payment", {"payment_method": "銀行振込"})
    assert (answer.status_code, "お支払い方法を選んで" in answer.text) == (422, True)


def test_the_same_method_is_no_change(hanako: Subscriber) -> None:
    assert "変更点はありません" in hanako.preview("payment", {"payment_method": COD}).text


def test_who_leaves_the_card_keeps_it_registered(hanako: Subscriber, cast: Cast, shop: Shop, session: Session) -> None:
    card = cast.card(shop)
    hanako.subscription.payment_method, hanako.subscription.card_id = CARD, card.id
    session.commit()
    hanako.carry_out("payment", {"payment_method": COD})
    assert (hanako.now().card_id, hanako.now().payment_fee) == (None, 330)
    assert card.deleted_at is None
