"""The sandbox gateway: it must behave as a real company does, or tests against it prove nothing."""

from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe

import pytest

from portal.adapters import wire
from portal.adapters.sandbox_gateway import Behaviour, SandboxGateway
from portal.config import Settings
from portal.ports import LAPSED, PaymentDeclinedError, PaymentStanding
from tests.conftest import Clock


@pytest.fixture
def gateway(tmp_path: Path, clock: Clock) -> SandboxGateway:
    return SandboxGateway(tmp_path / "sandbox.sqlite3", "http://localhost", clock)


def another_process(gateway: SandboxGateway, clock: Clock) -> SandboxGateway:
    return SandboxGateway(gateway._file, "http://localhost", clock)


def test_the_same_key_authorises_once_and_gives_the_same_answer_also_to_another_process(
    gateway: SandboxGateway, clock: Clock
) -> None:
    first = gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    again = another_process(gateway, clock).authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    assert first == again
    assert [ours for ours, _ in gateway.payments()] == ["k1"]
    assert first.standing is PaymentStanding.AUTHORISED


def test_a_forgotten_key_would_charge_again_and_the_payment_is_still_found(
    gateway: SandboxGateway, clock: Clock
) -> None:
    first = gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    clock.forward(hours=25)
    assert gateway.find("k1") == first
    gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    assert len(gateway.payments()) == 2


def test_a_key_used_for_something_else_is_a_mistake(gateway: SandboxGateway) -> None:
    gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    with pytest.raises(ValueError, match="another request"):
        gateway.authorise(amount=9999, source="card-4242", key="k1", our_reference="k1")


@pytest.mark.parametrize(("source", "code"), [("declined-1", "card_declined"), ("expired-1", "expired_card")])
def test_a_card_that_is_refused_is_refused_again_by_the_same_key(
    gateway: SandboxGateway, source: str, code: str
) -> None:
    for _ in range(2):
        with pytest.raises(PaymentDeclinedError) as refusal:
            gateway.authorise(amount=1580, source=source, key="k1", our_reference="k1")
        assert refusal.value.code == code
    found = gateway.find("k1")
    assert found is not None
    assert (found.standing, found.code) == (PaymentStanding.DECLINED, code)


def test_what_was_authorised_is_captured_once(gateway: SandboxGateway) -> None:
    held = gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    for _ in range(2):
        assert gateway.capture(held.reference, amount=1500, key="k2").standing is PaymentStanding.CAPTURED
    with pytest.raises(PaymentDeclinedError, match="not_capturable"):
        gateway.capture(held.reference, amount=1500, key="k3")


def test_a_card_may_be_refused_only_when_the_money_is_taken(gateway: SandboxGateway) -> None:
    held = gateway.authorise(amount=1580, source="capture-refused-1", key="k1", our_reference="k1")
    with pytest.raises(PaymentDeclinedError, match="capture_declined"):
        gateway.capture(held.reference, amount=1580, key="k2")


def test_an_authorisation_lapses(gateway: SandboxGateway, clock: Clock) -> None:
    held = gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    assert held.lapses_at is not None
    clock.forward(days=8)
    with pytest.raises(PaymentDeclinedError, match=LAPSED):
        gateway.capture(held.reference, amount=1580, key="k2")
    assert gateway.void(held.reference, key="k3").standing is PaymentStanding.VOID


def start(gateway: SandboxGateway) -> str:
    urls = {"return_url": "http://localhost/back", "cancel_url": "http://localhost/given-up"}
    setup = gateway.start_card_setup(our_reference="s1", **urls)
    assert setup.url == f"http://localhost/sandbox/cards/{setup.reference}"
    return setup.reference


def test_a_card_is_entered_on_the_companys_own_page_and_comes_back_as_a_reference(gateway: SandboxGateway) -> None:
    reference = start(gateway)
    back = gateway.complete_card_setup(reference, Behaviour.DECLINED, "2029-04")
    assert back == "http://localhost/back"
    # The button was pressed twice.
    gateway.complete_card_setup(reference, Behaviour.GOOD, "2031-01")
    card = gateway.finish_card_setup(reference)
    assert card is not None
    assert (card.last4, card.expires, card.brand) == ("0341", "2029-04", "Test")
    with pytest.raises(PaymentDeclinedError):
        gateway.authorise(amount=1, source=card.reference, key="k1", our_reference="k1")


def test_its_page_is_there_only_until_it_is_over(gateway: SandboxGateway) -> None:
    reference = start(gateway)
    assert gateway.cancel_url(reference) == "http://localhost/given-up"
    gateway.cancel_card_setup(reference)
    with pytest.raises(KeyError):
        gateway.cancel_url(reference)
    with pytest.raises(KeyError):
        gateway.cancel_url("setup-unknown")


def test_the_sandbox_is_there_for_a_real_shop_only_when_that_is_said(tmp_path: Path) -> None:
    facts = {"instance_dir": tmp_path, "secret_keys": (token_urlsafe(32),), "public_url": "https://mypage.example.jp"}
    real = {"mypage_env": "production", "smtp_host": "smtp.example.jp"}
    assert "sandbox" not in wire(Settings(**facts, **real)).gateways
    assert "sandbox" in wire(Settings(**facts, **real, test_payments=True)).gateways
    assert "sandbox" in wire(Settings(**facts, mypage_env="development")).gateways


def test_keys_are_kept_for_a_day(gateway: SandboxGateway, clock: Clock) -> None:
    first = gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1")
    clock.instant += timedelta(hours=23)
    assert gateway.authorise(amount=1580, source="card-4242", key="k1", our_reference="k1") == first
