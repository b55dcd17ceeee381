"""The effects of a payment company's answer: on the order, on its subscription, and the mail to the buyer."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.adapters.sandbox_gateway import SandboxGateway
from portal.models import Order, OutboxMail, PaymentAttempt, Shop, Subscription
from portal.orders import verbs as orders
from portal.ports import PaymentStanding
from portal.subscriptions.payment import paying
from portal.subscriptions.record.refusals import Refusal, RefusedError
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.fixtures import Subscribed

Run = Callable[[], None]
STAFF = "staff:suzuki"


def paid(order: Order) -> tuple[str, str, str]:
    return order.status, order.authorised, order.payment_state


def attention_of(subscription: Subscription) -> str:
    return subscription.attention_reason if subscription.needs_attention else ""


def mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.created_at, OutboxMail.id)))


def held_sums(sandbox: SandboxGateway) -> list[tuple[str, int]]:
    return [(str(payment.standing), payment.amount) for _, payment in sandbox.payments()]


def shipped(cast: Cast, order: Order) -> None:
    cast.session.refresh(order)
    cast.shipment(order)


# --- when the order is made ------------------------------------------------------------------------------------------------
def test_an_order_waits_on_hold_until_the_card_is_authorised(
    session: Session, subscribed: Subscribed, settle: Run
) -> None:
    subscription, order = subscribed()
    assert paid(order) == ("on_hold", "held", "unpaid")
    settle()
    assert paid(order) == ("awaiting_shipment", "done", "unpaid")
    assert attention_of(subscription) == ""
    assert mails(session) == []


def test_an_order_of_0_yen_asks_for_nothing(sandbox: SandboxGateway, subscribed: Subscribed, settle: Run) -> None:
    _, order = subscribed(total=0)
    settle()
    assert (order.status, order.authorised) == ("awaiting_shipment", "none")
    assert sandbox.payments() == []


def test_cash_on_delivery_asks_for_nothing(sandbox: SandboxGateway, subscribed: Subscribed, settle: Run) -> None:
    _, order = subscribed(card=None, payment_method="代金引換")
    settle()
    assert (order.status, order.authorised, sandbox.payments()) == ("awaiting_shipment", "", [])


def test_a_wallet_is_charged_only_with_the_stored_consent(
    sandbox: SandboxGateway, subscribed: Subscribed, settle: Run
) -> None:
    _, without = subscribed(card=None, payment_method="Amazon Pay")
    _, consented = subscribed(
        "0000000002-2", number="0000000002", card=None, payment_method="Amazon Pay", wallet_agreement="C01-1234"
    )
    settle()
    assert paid(without) == ("on_hold", "none", "unpaid")
    assert (consented.status, consented.authorised) == ("awaiting_shipment", "done")
    assert held_sums(sandbox) == [("authorised", 1580)]


@pytest.mark.parametrize("method", ["Amazon Pay", "ＡｍａｚｏｎＰａｙ", "PayPal", "LINE Pay", "あと払い（ペイディ）"])
def test_without_a_consent_at_the_wallet_staff_and_buyer_are_told_once(
    session: Session, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run, method: str
) -> None:
    subscription, order = subscribed(card=None, payment_method=method)
    settle()
    settle()
    assert attention_of(subscription) == "no_consent"
    assert list(paying.held_orders(session, subscription)) == [order]
    (mail,) = mails(session)
    assert f"{method}でのお支払いのご同意が登録されていないため、代金を請求していません。" in mail.body_text
    assert sandbox.payments() == []


def test_once_the_consent_is_stored_one_press_pays_the_order_that_waited(
    session: Session, clock: Clock, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run
) -> None:
    subscription, order = subscribed(card=None, payment_method="Amazon Pay")
    settle()
    with pytest.raises(RefusedError) as refusal:
        paying.retry(session, subscription, actor=STAFF, now=clock())
    assert refusal.value.code == Refusal.NO_CONSENT
    subscription.wallet_agreement = "C01-1234"
    session.commit()
    clock.forward(minutes=1)
    assert len(paying.retry(session, subscription, actor=STAFF, now=clock())) == 1
    settle()
    assert paid(order)[:2] == ("awaiting_shipment", "done")
    assert (attention_of(subscription), held_sums(sandbox)) == ("", [("authorised", 1580)])
    assert list(paying.held_orders(session, subscription)) == []


def test_an_old_consent_at_a_wallet_does_not_pay_for_a_card_that_is_missing(
    sandbox: SandboxGateway, subscribed: Subscribed, settle: Run
) -> None:
    _, order = subscribed(card=None, payment_method="クレジットカード", wallet_agreement="C01-1234")
    settle()
    assert (order.status, order.authorised, sandbox.payments()) == ("on_hold", "held", [])


def test_a_refused_card_keeps_the_order_back_and_tells_staff_and_buyer_once(
    session: Session, shop: Shop, subscribed: Subscribed, settle: Run
) -> None:
    subscription, order = subscribed(card="expired-1")
    settle()
    settle()
    assert paid(order) == ("on_hold", "held", "unpaid")
    assert attention_of(subscription) == "payment_refused"
    (mail,) = mails(session)
    assert (mail.recipient, mail.message, mail.order_id) == ("hanako@example.jp", "payment_failed", order.id)
    for words in (
        "商品を発送していません。お支払いの確認後に発送します。",
        "カードの有効期限が切れています。",
        "¥1,580",
        f"/{shop.slug}/o/",
    ):
        assert words in mail.body_text
    attempt = session.scalars(select(PaymentAttempt)).one()
    assert (attempt.state, attempt.reason) == ("refused", "expired_card")


def test_an_order_without_any_card_is_refused_without_asking(
    session: Session, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run
) -> None:
    subscription, order = subscribed(card=None)
    settle()
    assert paid(order)[:2] == ("on_hold", "held")
    assert attention_of(subscription) == "payment_refused"
    assert "お支払いに使うカードが登録されていません。" in mails(session)[0].body_text
    assert sandbox.payments() == []


# --- once more ---------------------------------------------------------------------------------------------------------------
def test_after_a_change_of_card_one_press_pays_every_order_that_was_refused(
    session: Session, cast: Cast, shop: Shop, clock: Clock, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run
) -> None:
    subscription, order = subscribed(card="declined-1")
    settle()
    good = cast.card(shop, reference="card-new", is_default=False)
    subscription.card_id = good.id
    session.commit()
    clock.forward(hours=1)
    for _ in range(2):
        (attempt,) = paying.retry(session, subscription, actor=STAFF, now=clock())
        assert attempt.card_id == good.id
        clock.forward(seconds=1)
    settle()
    assert paid(order)[:2] == ("awaiting_shipment", "done")
    assert attention_of(subscription) == ""
    assert held_sums(sandbox) == [("declined", 1580), ("authorised", 1580)]
    assert paying.retry(session, subscription, actor=STAFF, now=clock()) == []


def test_a_second_refusal_is_told_again(session: Session, clock: Clock, subscribed: Subscribed, settle: Run) -> None:
    subscription, _ = subscribed(card="declined-1")
    settle()
    clock.forward(days=1)
    paying.retry(session, subscription, actor=STAFF, now=clock())
    settle()
    assert len(mails(session)) == 2
    assert attention_of(subscription) == "payment_refused"


@pytest.mark.parametrize(
    ("now_by", "code"),
    [
        ({"card_id": None}, Refusal.NO_CARD),
        ({"payment_method": "Amazon Pay"}, Refusal.NO_CONSENT),
        ({"payment_method": "代金引換"}, Refusal.METHOD_NOT_OFFERED),
    ],
)
def test_what_cannot_be_authorised_is_refused_with_its_reason(
    session: Session,
    clock: Clock,
    subscribed: Subscribed,
    settle: Run,
    now_by: dict[str, object],
    code: Refusal,
) -> None:
    subscription, order = subscribed(card="declined-1")
    settle()
    for column, value in now_by.items():
        setattr(subscription, column, value)
    session.commit()
    with pytest.raises(RefusedError) as refusal:
        paying.retry(session, subscription, actor=STAFF, now=clock())
    assert refusal.value.code == code
    assert order.authorised == "held"


# --- when it ships -----------------------------------------------------------------------------------------------------------
def test_the_money_is_taken_when_the_order_has_shipped_and_not_before(
    session: Session, cast: Cast, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run, capture: Run
) -> None:
    _, order = subscribed()
    settle()
    capture()
    assert held_sums(sandbox) == [("authorised", 1580)]
    shipped(cast, order)
    capture()
    capture()
    assert paid(order) == ("shipped", "captured", "paid")
    assert held_sums(sandbox) == [("captured", 1580)]


def test_a_capture_that_is_refused_leaves_the_order_shipped_and_unpaid_and_everybody_knows(
    session: Session, cast: Cast, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run, capture: Run
) -> None:
    subscription, order = subscribed(card="capture-refused-1")
    settle()
    shipped(cast, order)
    capture()
    capture()
    assert paid(order) == ("shipped", "held", "unpaid")
    assert order.needs_attention == "capture_refused"
    assert attention_of(subscription) == "capture_refused"
    (mail,) = mails(session)
    assert "お荷物は発送しましたが" in mail.body_text


def test_for_a_wallet_the_mail_names_the_agreement(
    session: Session, cast: Cast, subscribed: Subscribed, settle: Run, capture: Run
) -> None:
    _, order = subscribed(card=None, payment_method="Amazon Pay", wallet_agreement="capture-refused-C01")
    settle()
    shipped(cast, order)
    capture()
    assert "Amazon Payのご契約番号は capture-refused-C01 です。" in mails(session)[0].body_text


def test_a_shipped_order_is_paid_after_all_when_the_card_was_changed(
    session: Session,
    cast: Cast,
    shop: Shop,
    clock: Clock,
    sandbox: SandboxGateway,
    subscribed: Subscribed,
    settle: Run,
    capture: Run,
) -> None:
    subscription, order = subscribed(card="capture-refused-1")
    settle()
    shipped(cast, order)
    capture()
    subscription.card_id = cast.card(shop, reference="card-new", is_default=False).id
    session.commit()
    clock.forward(hours=1)
    paying.retry(session, subscription, actor=STAFF, now=clock())
    settle()
    assert attention_of(subscription) == "capture_refused", "nothing was taken yet"
    capture()
    assert paid(order) == ("shipped", "captured", "paid")
    assert (order.needs_attention, attention_of(subscription)) == ("", "")
    assert held_sums(sandbox) == [("authorised", 1580), ("captured", 1580)]


def test_an_authorisation_that_has_lapsed_is_made_anew_and_then_taken(
    session: Session,
    cast: Cast,
    clock: Clock,
    sandbox: SandboxGateway,
    subscribed: Subscribed,
    settle: Run,
    capture: Run,
) -> None:
    _, order = subscribed()
    settle()
    clock.forward(days=8)
    shipped(cast, order)
    capture()
    assert order.authorised == "done"
    capture()
    assert paid(order) == ("shipped", "captured", "paid")
    assert held_sums(sandbox) == [("void", 1580), ("captured", 1580)]
    assert mails(session) == []


def test_an_authorisation_that_lapsed_earlier_than_was_said_is_made_anew_too(
    session: Session,
    cast: Cast,
    clock: Clock,
    sandbox: SandboxGateway,
    subscribed: Subscribed,
    settle: Run,
    capture: Run,
) -> None:
    _, order = subscribed()
    settle()
    session.scalars(select(PaymentAttempt)).one().lapses_at = clock.instant.replace(year=2030)
    clock.forward(days=8)
    shipped(cast, order)
    capture()
    capture()
    assert paid(order) == ("shipped", "captured", "paid")


def test_a_lapsed_one_that_is_refused_when_made_anew_is_unpaid(
    session: Session, cast: Cast, shop: Shop, clock: Clock, subscribed: Subscribed, settle: Run, capture: Run
) -> None:
    subscription, order = subscribed()
    settle()
    subscription.card_id = cast.card(shop, reference="declined-1", is_default=False).id
    clock.forward(days=8)
    shipped(cast, order)
    capture()
    assert paid(order) == ("shipped", "held", "unpaid")
    assert (order.needs_attention, attention_of(subscription)) == ("capture_refused", "capture_refused")


def test_an_order_that_became_dearer_is_authorised_anew_and_the_old_sum_let_go(
    session: Session, cast: Cast, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run, capture: Run
) -> None:
    _, order = subscribed()
    settle()
    shipped(cast, order)
    order.total = 2000
    capture()
    capture()
    assert order.authorised == "captured"
    assert sorted(held_sums(sandbox)) == [("captured", 2000), ("void", 1580)]


def test_what_was_held_for_a_canceled_order_is_let_go(
    session: Session, clock: Clock, sandbox: SandboxGateway, subscribed: Subscribed, settle: Run, capture: Run
) -> None:
    _, order = subscribed()
    settle()
    orders.cancel(session, order, allow_code_again=False, actor=STAFF, now=clock())
    capture()
    capture()
    assert (order.status, order.authorised) == ("cancelled", "none")
    assert [payment.standing for _, payment in sandbox.payments()] == [PaymentStanding.VOID]
