"""Password hashes: which password fits, how much work a check does, when a hash is renewed."""

import unicodedata

import pytest
from argon2 import Type, extract_parameters

from portal.staff.passwords import Passwords
from tests.cast import PASSWORD, PASSWORD_HASH

CHEAP = Passwords(memory_kib=8, passes=1)


def test_a_hash_is_argon2id_with_the_work_that_owasp_asks() -> None:
    asked = extract_parameters(Passwords().hash(PASSWORD))
    assert asked.type is Type.ID
    assert (asked.memory_cost, asked.time_cost, asked.parallelism) == (19456, 2, 1)


def test_only_the_password_itself_fits() -> None:
    assert CHEAP.check(PASSWORD_HASH, PASSWORD).is_right
    for typed in (PASSWORD + " ", PASSWORD.lower(), "", "x" * 200):
        assert not CHEAP.check(PASSWORD_HASH, typed).is_right


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_it_fits_whatever_way_the_keyboard_writes_its_letters(form: str) -> None:
    stored = CHEAP.hash("ガラスの城 Ａ１")
    assert CHEAP.check(stored, unicodedata.normalize(form, "ガラスの城 Ａ１")).is_right  # type: ignore[arg-type]


def test_nobody_gets_in_without_a_stored_hash_or_with_a_broken_one() -> None:
    for stored in ("", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$x$y"):
        assert not CHEAP.check(stored, PASSWORD).is_right


def test_the_hash_of_nobody_asks_for_the_same_work_as_a_real_one() -> None:
    passwords = Passwords()
    assert extract_parameters(passwords._nobodys) == extract_parameters(passwords.hash(PASSWORD))


def test_a_hash_with_less_work_than_today_is_made_anew_when_its_password_is_typed() -> None:
    more = Passwords(memory_kib=16, passes=1)
    proof = more.check(PASSWORD_HASH, PASSWORD)
    assert extract_parameters(proof.renewed).memory_cost == 16
    assert more.check(proof.renewed, PASSWORD).renewed == ""
    assert more.check(PASSWORD_HASH, "something else").renewed == ""
