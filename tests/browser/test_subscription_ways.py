"""花子 on the phone changes where it goes, how it is paid and how she is reached, and cancels for good."""

import re

import pytest
from playwright.sync_api import expect

from portal.values.states import SubscriptionState
from tests.browser.phone import PATIENCE, Phone, pdf_text
from tests.browser.subscriber import Subscriber

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def hanako(speaking: Phone) -> Subscriber:
    return Subscriber(speaking)


def test_address_payment_phone_and_mail(hanako: Subscriber) -> None:
    hanako.comes_in()
    hanako.opens_change("address")
    hanako.proves_her_mail()
    hanako.chooses("to", "own")
    there = {"name": "山田 太郎", "phone": "011-000-0000", "postcode": "060-0001", "address": "札幌市中央区北一条西9-9"}
    for name, text in there.items():
        hanako.field(f"recipient_{name}").fill(text)
    hanako.field("recipient_prefecture").select_option("北海道")
    hanako.goes_on("address")
    expect(hanako.phone.page.locator("main")).to_contain_text("900")
    hanako.confirms()
    now = hanako.subscription
    assert (now.delivery_to, now.recipient_prefecture, now.shipping_fee) == ("own", "北海道", 900)

    hanako.opens_change("payment")
    hanako.chooses("payment_method", "クレジットカード")
    hanako.phone.page.locator("main input[name=card_id]").first.check()
    hanako.goes_on("payment")
    hanako.confirms()
    now = hanako.subscription
    assert now.payment_method == "クレジットカード"
    assert now.card_id is not None

    hanako.opens_change("contact")
    new = f"new.{hanako.mailbox}"
    # The button that sends the code changes nothing yet and answers 422.
    hanako.phone.expected.add(422)
    hanako.field("phone").fill("０８０－１２３４－５６７８")
    hanako.field("email").fill(new)
    hanako.goes_on("contact")
    hanako.press(hanako.form("/confirm"))
    expect(hanako.field("code")).to_be_visible(timeout=PATIENCE)
    assert hanako.subscription.email == hanako.mailbox, "the new address is not proved yet"
    (digits,) = re.findall(r"\b\d{6}\b", hanako.site.new_text(new))
    hanako.field("code").fill(digits)
    hanako.form("/confirm").locator("button[type=submit]:not([name])").first.tap()
    expect(hanako.phone.page).to_have_url(re.compile("/done/"), timeout=PATIENCE)
    now = hanako.subscription
    assert (now.phone, now.email) == ("080-1234-5678", new)
    assert hanako.receipts == [("address", "done"), ("payment", "done"), ("contact", "done")]


def test_a_new_card_by_the_companys_page(hanako: Subscriber) -> None:
    with hanako.site.session() as session:
        subscription = session.merge(hanako.subscription)
        subscription.payment_method = "クレジットカード"
    page = hanako.phone.page
    hanako.comes_in()
    hanako.opens("/cards/new")
    hanako.proves_her_mail()

    def goes_to_the_company() -> None:
        hanako.opens("/cards/new")
        hanako.press(hanako.form("/cards/new"))
        expect(page).to_have_url(re.compile("/sandbox/cards/"), timeout=PATIENCE)

    goes_to_the_company()
    page.locator("main .way-out a").tap()
    expect(page).to_have_url(re.compile("/given-up"), timeout=PATIENCE)
    assert hanako.subscription.card_id is None, "she turned round"

    goes_to_the_company()
    page.locator("main input[name=number]").nth(1).check()
    hanako.press(hanako.form("/sandbox/"))
    expect(page).to_have_url(re.compile("/return"), timeout=PATIENCE)
    assert hanako.subscription.card_id is None, "the company did not take it"

    goes_to_the_company()
    hanako.press(hanako.form("/sandbox/"))
    expect(page).to_have_url(re.compile("/return"), timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text("4242", timeout=PATIENCE)
    assert hanako.subscription.card_id is not None
    page.reload()
    assert hanako.receipts == [("card", "done")], "coming back twice is one card"


def test_canceling_and_its_proof(hanako: Subscriber) -> None:
    page = hanako.phone.page
    hanako.comes_in(by_link=False)
    hanako.opens("/cancel")
    page.locator("main a[href*='second-step']").first.tap()
    hanako.proves_her_mail()
    hanako.opens("/cancel")
    page.locator("main input[name=reason]").first.check()
    hanako.press(hanako.form("/cancel"))
    hanako.press(hanako.form("/cancel"))
    proof = page.locator("main a[type='application/pdf']")
    expect(proof).to_be_visible(timeout=PATIENCE)
    assert hanako.subscription.state == SubscriptionState.CANCELED
    assert hanako.subscription.stop_reason == "味が好みでない"
    assert hanako.receipts == [("cancel", "done")]
    with page.expect_download() as coming:
        proof.tap()
    number = re.search(r"261121-\w{6}", page.locator("main").inner_text())
    assert number
    assert number[0] in pdf_text(coming.value.path())


def test_a_cancellation_that_the_shop_decides_counts_from_now(phone: Phone) -> None:
    hanako = Subscriber(phone, orders_made=1, items=[{"name": "煎茶 やぶきた 100g", "commitment_count": 4}])
    hanako.comes_in(by_link=False)
    hanako.opens("/cancel")
    phone.sees("4回")
    phone.page.locator("main a[href*='second-step']").first.tap()
    hanako.proves_her_mail()
    hanako.opens("/cancel")
    hanako.press(hanako.form("/cancel"))
    hanako.press(hanako.form("/cancel"))
    phone.sees("解約のお申し込みを受け付けました")
    assert hanako.subscription.state == SubscriptionState.ACTIVE
    assert hanako.receipts == [("cancel", "requested")]
    hanako.opens()
    phone.sees("261121-")
