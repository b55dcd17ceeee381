"""The authenticator's secret and its codes."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from portal.staff.totp import Seal, app_address, matching_step, new_secret, picture

NOW = datetime(2026, 11, 21, 1, 0, 10, tzinfo=UTC)
# From RFC 6238, appendix B: the last six digits of its SHA-1 values.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("second", "digits"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(second: int, digits: str) -> None:
    assert matching_step(RFC_SECRET, digits, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("off", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(off: int, is_taken: bool) -> None:
    shown = pyotp.TOTP(RFC_SECRET).at(NOW + timedelta(seconds=off))
    assert (matching_step(RFC_SECRET, shown, NOW) is not None) is is_taken


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３", "1234567"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, NOW) is None


def test_a_sealed_secret_does_not_show_and_opens_with_any_key_of_the_ring() -> None:
    secret = new_secret()
    sealed = Seal(["old"]).close(secret)
    assert secret not in sealed
    assert len(sealed) <= 300
    assert Seal(["new", "old"]).open(sealed) == secret
    assert Seal(["new"]).open(sealed) is None
    assert Seal(["new"]).open("") is None
    assert Seal(["new"]).open("rubbish") is None


def test_a_sealed_secret_moves_to_the_newest_key() -> None:
    sealed = Seal(["old"]).close(RFC_SECRET)
    renewed = Seal(["new", "old"]).renewed(sealed)
    assert Seal(["new"]).open(renewed) == RFC_SECRET
    assert Seal(["new", "old"]).renewed(renewed) == renewed


def test_the_picture_holds_the_address_that_apps_read() -> None:
    address = app_address(RFC_SECRET, "suzuki@example.jp")
    assert address.startswith("otpauth://totp/MyPage:suzuki%40example.jp?")
    assert f"secret={RFC_SECRET}" in address
    assert picture(address).startswith("data:image/svg+xml")
