"""A wrong setting stops the start with a message that says what to do."""

import pytest

from portal.adapters import wire
from portal.config import ConfigError, load_settings

GOOD = {
    "MYPAGE_ENV": "production",
    "PUBLIC_URL": "https://mypage.example.jp",
    "SECRET_KEYS": "Vt1o0bQm7cYxKzR4wHs9uJfLgN2aPdEi6TqSvXk3",
    "SMTP_HOST": "mail.example.jp",
    "MAIL_FROM": "mypage@example.jp",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_complete_production_starts(environment: pytest.MonkeyPatch) -> None:
    assert load_settings().smtp_host == "mail.example.jp"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMTP_HOST", "", "SMTP_HOST must be set in production"),
        ("SECRET_KEYS", "development-only", "SECRET_KEYS must be set to random keys"),
        ("SECRET_KEYS", "short", "SECRET_KEYS must be set to random keys"),
        ("SECRET_KEYS", "a" * 40, "SECRET_KEYS must be set to random keys"),
        ("SECRET_KEYS", "0123456789abcdef" * 3, "SECRET_KEYS must be set to random keys"),
        ("SECRET_KEYS", ",", "SECRET_KEYS must hold at least one key"),
        ("PUBLIC_URL", "http://mypage.example.jp", "PUBLIC_URL must start with https://"),
        ("PUBLIC_URL", "mypage", "must look like https://mypage.example.jp"),
        ("MAIL_FROM", "nobody", "must look like mypage@example.jp"),
        ("MAIL_FROM", "a@example.jp\r\nBcc: b@example.jp", "must look like mypage@example.jp"),
    ],
)
def test_production_refuses(environment: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(ConfigError, match="MyPage cannot start") as refused:
        load_settings()
    assert said in str(refused.value)


@pytest.mark.parametrize("url", ["https://mypage.example.jp", "http://mypage.example.jp:8000", "https://8.8.8.8"])
def test_a_public_place_must_say_what_it_is(environment: pytest.MonkeyPatch, url: str) -> None:
    """The default would start it with a secret that everybody knows, and with all mails on a page."""
    environment.setenv("PUBLIC_URL", url)
    environment.delenv("MYPAGE_ENV")
    with pytest.raises(ConfigError, match="MYPAGE_ENV must be set"):
        load_settings()
    environment.setenv("MYPAGE_ENV", "development")
    assert load_settings().mypage_env == "development"


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80", "https://shop.test", "http://192.168.1.5"]
)
def test_a_place_of_ones_own_is_for_development(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PUBLIC_URL", url)
    assert load_settings().mypage_env == "development"


STRIPE = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"STRIPE_WEBHOOK_SECRET": ""}, "set both or none"),
        ({"STRIPE_SECRET_KEY": ""}, "set both or none"),
        ({"STRIPE_SECRET_KEY": "pk_live_1"}, "must look like sk_live_"),
        ({"STRIPE_WEBHOOK_SECRET": "secret"}, "must look like sk_live_"),
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "no money moves"),
    ],
)
def test_production_refuses_stripe_by_halves_or_without_money(
    environment: pytest.MonkeyPatch, changes: dict[str, str], said: str
) -> None:
    for name, value in (STRIPE | changes).items():
        environment.setenv(name, value)
    with pytest.raises(ConfigError) as refused:
        load_settings()
    assert said in str(refused.value)
    assert "sk_test_1" not in str(refused.value)


def test_stripe_is_wired_where_its_keys_are_and_test_keys_where_that_is_said(environment: pytest.MonkeyPatch) -> None:
    assert "stripe" not in wire(load_settings()).gateways
    for name, value in STRIPE.items():
        environment.setenv(name, value)
    assert set(wire(load_settings()).gateways) == {"stripe"}
    environment.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    environment.setenv("TEST_PAYMENTS", "1")
    assert set(wire(load_settings()).gateways) == {"sandbox", "stripe"}


def test_development_needs_no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMTP_HOST", raising=False)
    assert load_settings().mails.name == "mails"
