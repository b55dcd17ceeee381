"""What every payment company must do for us: one set of rules, asked of each. Stripe is asked over HTTP."""

from contextlib import suppress
from datetime import timedelta

import pytest

from portal.adapters.sandbox_gateway import Behaviour
from portal.ports import (
    GIVEN_UP,
    LAPSED,
    CardSetup,
    ForgedMessageError,
    GatewayDownError,
    PaymentDeclinedError,
    PaymentStanding,
    PaymentUncertainError,
    SavedCard,
)
from tests.conftest import Clock
from tests.payments.companies import Company, Stripe, company, stripe_company

__all__ = ["company", "stripe_company"]

URLS = {"return_url": "http://localhost/back", "cancel_url": "http://localhost/given-up"}


def start(company: Company, ours: str = "r1", **more: str) -> CardSetup:
    return company.gateway.start_card_setup(our_reference=ours, **URLS, **more)


def saved(company: Company, kind: Behaviour = Behaviour.GOOD, ours: str = "r1") -> SavedCard:
    setup = start(company, ours)
    company.type_card(setup.reference, kind)
    card = company.gateway.finish_card_setup(setup.reference)
    assert card is not None
    return card


# --- cards ---------------------------------------------------------------------------------------------------------------
def test_a_card_is_typed_on_the_companys_page_and_comes_back_as_a_reference(company: Company) -> None:
    setup = start(company)
    assert setup.url.startswith(company.gateway.page_origin)
    assert company.gateway.finish_card_setup(setup.reference) is None
    assert company.type_card(setup.reference, expires="2029-04") == "http://localhost/back"
    card = company.gateway.finish_card_setup(setup.reference)
    assert card == company.gateway.finish_card_setup(setup.reference)
    assert card is not None
    assert (card.last4, card.expires) == ("4242", "2029-04")
    assert "4242424242424242" not in f"{card}{setup}"


def test_the_second_card_of_a_buyer_belongs_to_the_same_customer(company: Company) -> None:
    first = saved(company)
    setup = start(company, "r2", customer_reference=first.customer_reference)
    company.type_card(setup.reference)
    second = company.gateway.finish_card_setup(setup.reference)
    assert second is not None
    assert second.customer_reference == first.customer_reference
    assert second.reference != first.reference


def test_who_turns_round_leaves_no_card_and_cannot_leave_one_later(company: Company) -> None:
    setup = start(company)
    company.gateway.cancel_card_setup(setup.reference)
    with pytest.raises(PaymentDeclinedError, match=GIVEN_UP):
        company.gateway.finish_card_setup(setup.reference)


def test_turning_round_after_the_card_was_taken_loses_nothing(company: Company) -> None:
    setup = start(company)
    company.type_card(setup.reference)
    company.gateway.cancel_card_setup(setup.reference)
    assert company.gateway.finish_card_setup(setup.reference) is not None


def test_a_card_that_is_not_taken_never_becomes_one_of_ours(company: Company) -> None:
    setup = start(company)
    company.type_card(setup.reference, Behaviour.NOT_TAKEN)
    with suppress(PaymentDeclinedError):
        assert company.gateway.finish_card_setup(setup.reference) is None
    company.gateway.cancel_card_setup(setup.reference)
    with pytest.raises(PaymentDeclinedError):
        company.gateway.finish_card_setup(setup.reference)


def test_a_set_up_that_nobody_knows_is_refused(company: Company) -> None:
    with pytest.raises(PaymentDeclinedError):
        company.gateway.finish_card_setup("cs_test_unknown")


def test_a_message_names_the_set_up_only_if_it_is_signed(company: Company) -> None:
    setup = start(company)
    company.type_card(setup.reference)
    body, headers = company.message(setup.reference)
    assert company.gateway.read_message(body, headers) == setup.reference
    assert company.gateway.read_message(*company.unrelated()) == ""
    for wrong in (company.forged(setup.reference), (body + b" ", headers), (body, {})):
        with pytest.raises(ForgedMessageError):
            company.gateway.read_message(*wrong)


def test_a_company_that_is_down_says_so_and_is_asked_again(company: Company) -> None:
    setup = start(company)
    company.go_down()
    with pytest.raises(GatewayDownError):
        start(company, "r2")
    with pytest.raises(GatewayDownError):
        company.gateway.finish_card_setup(setup.reference)
    company.come_back()
    assert start(company, "r2").url


# --- payments -------------------------------------------------------------------------------------------------------------
def test_yen_are_authorised_once_for_a_key_however_often_it_is_asked(company: Company, clock: Clock) -> None:
    card = saved(company)
    asked = {"amount": 1580, "source": card.reference, "key": "k1", "our_reference": "k1"}
    first = company.gateway.authorise(**asked)
    assert company.gateway.authorise(**asked) == first
    assert (first.amount, first.standing) == (1580, PaymentStanding.AUTHORISED)
    assert first.lapses_at is not None
    assert timedelta(days=6) < first.lapses_at - clock() <= timedelta(days=7)
    assert company.count() == 1


def test_a_forgotten_key_does_no_harm_because_the_payment_is_found(company: Company) -> None:
    card = saved(company)
    first = company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    company.forget_keys()
    assert company.gateway.find("k1") == first
    assert company.gateway.find("k1", source=card.reference) == first
    assert company.gateway.find("k1", payment_reference=first.reference) == first
    assert company.gateway.find("k2", source=card.reference) is None


@pytest.mark.parametrize(("kind", "code"), [(Behaviour.DECLINED, "card_declined"), (Behaviour.EXPIRED, "expired_card")])
def test_a_refused_card_is_refused_again_and_is_known_to_have_been(
    company: Company, kind: Behaviour, code: str
) -> None:
    card = saved(company, kind)
    for _ in range(2):
        with pytest.raises(PaymentDeclinedError) as refusal:
            company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
        assert refusal.value.code == code
    found = company.gateway.find("k1", source=card.reference)
    assert found is not None
    assert (found.standing, found.code) == (PaymentStanding.DECLINED, code)
    assert company.count() == 1


def test_a_lost_answer_is_looked_up_and_nobody_pays_twice(company: Company) -> None:
    card = saved(company)
    company.lose_the_next_answer()
    with pytest.raises(PaymentUncertainError):
        company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    found = company.gateway.find("k1", source=card.reference)
    assert found is not None
    assert (found.amount, found.standing) == (1580, PaymentStanding.AUTHORISED)
    assert company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1") == found
    assert company.count() == 1


def test_nothing_is_asked_of_a_company_that_is_down(company: Company) -> None:
    card = saved(company)
    company.go_down()
    with pytest.raises(GatewayDownError):
        company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    company.come_back()
    assert company.gateway.find("k1", source=card.reference) is None
    assert company.count() == 0


def test_what_is_held_is_taken_once_and_may_be_less(company: Company) -> None:
    card = saved(company)
    held = company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    for _ in range(2):
        taken = company.gateway.capture(held.reference, amount=1500, key="k2")
        assert (taken.standing, taken.amount) == (PaymentStanding.CAPTURED, 1500)
    with pytest.raises(PaymentDeclinedError, match="not_capturable"):
        company.gateway.capture(held.reference, amount=1500, key="k3")
    with pytest.raises(PaymentDeclinedError, match="not_voidable"):
        company.gateway.void(held.reference, key="k4")


def test_a_card_may_be_refused_when_the_money_is_taken(company: Company) -> None:
    card = saved(company, Behaviour.CAPTURE_REFUSED)
    held = company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    with pytest.raises(PaymentDeclinedError) as refusal:
        company.gateway.capture(held.reference, amount=1580, key="k2")
    assert refusal.value.code not in ("", LAPSED)


def test_what_has_lapsed_is_said_to_have_lapsed(company: Company) -> None:
    card = saved(company)
    held = company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    company.lapse(held.reference)
    with pytest.raises(PaymentDeclinedError, match=LAPSED):
        company.gateway.capture(held.reference, amount=1580, key="k2")
    found = company.gateway.find("k1", payment_reference=held.reference)
    assert found is not None
    assert (found.standing, found.code) == (PaymentStanding.VOID, LAPSED)


def test_what_is_let_go_is_let_go_however_often(company: Company) -> None:
    card = saved(company)
    held = company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    for key in ("k2", "k2", "k3"):
        assert company.gateway.void(held.reference, key=key).standing is PaymentStanding.VOID


# --- Stripe alone ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "kind", "raised"),
    [
        (401, "invalid_request_error", GatewayDownError),
        (429, "rate_limit_error", GatewayDownError),
        (500, "api_error", PaymentUncertainError),
        (409, "idempotency_error", PaymentUncertainError),
        (400, "invalid_request_error", PaymentDeclinedError),
    ],
)
def test_stripes_errors_mean_that_nothing_was_done_or_that_nobody_knows(
    stripe_company: Stripe, status: int, kind: str, raised: type[Exception]
) -> None:
    card = saved(stripe_company)
    stripe_company.fake.next_error = (status, {"error": {"type": kind, "code": "some_code", "message": "no"}})
    with pytest.raises(raised):
        stripe_company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")


def test_a_bank_that_wants_to_see_the_buyer_has_refused(stripe_company: Stripe) -> None:
    card = saved(stripe_company)
    said = {"type": "card_error", "code": "authentication_required", "message": "no"}
    stripe_company.fake.next_error = (402, {"error": said | {"decline_code": "authentication_required"}})
    with pytest.raises(PaymentDeclinedError, match="authentication_required"):
        stripe_company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")


def test_the_search_may_be_behind_and_the_payment_is_found_all_the_same(stripe_company: Stripe) -> None:
    card = saved(stripe_company)
    held = stripe_company.gateway.authorise(amount=1580, source=card.reference, key="k1", our_reference="k1")
    stripe_company.fake.search_is_behind = True
    assert stripe_company.gateway.find("k1", source=card.reference) == held
    assert stripe_company.gateway.find("k1", payment_reference=held.reference) == held
    # Without the card (deleted meanwhile, say) only the search is left.
    assert stripe_company.gateway.find("k1") is None
    stripe_company.fake.search_is_behind = False
    assert stripe_company.gateway.find("k1") == held


def test_a_customer_who_was_deleted_at_stripe_is_made_anew(stripe_company: Stripe) -> None:
    setup = start(stripe_company, customer_reference="cus_deleted")
    stripe_company.type_card(setup.reference)
    card = stripe_company.gateway.finish_card_setup(setup.reference)
    assert card is not None
    assert card.customer_reference not in ("", "cus_deleted")


def test_an_old_message_is_not_believed(stripe_company: Stripe, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = start(stripe_company)
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1_700_000_000.0)
        body, headers = stripe_company.message(setup.reference)
    with pytest.raises(ForgedMessageError):
        stripe_company.gateway.read_message(body, headers)
