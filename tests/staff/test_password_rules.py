"""Which passwords are refused and which are accepted."""

import pytest

from portal.staff.password_rules import Objection, objection

OWN = ("suzuki@example.jp", "鈴木 一郎", "さくら茶舗", "sakura")


@pytest.mark.parametrize("password", ["Fuji-no-377", "x" * 11, "さくらさくら", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞ"])
def test_fewer_than_twelve_letters_are_too_few(password: str) -> None:
    """ガ counts as one letter, whether it is typed as one character or as two."""
    assert objection(password, OWN) is Objection.TOO_SHORT


def test_two_hundred_letters_are_taken_and_no_more() -> None:
    words = "茶畑 の 向こう に 海 が 見える。"
    assert objection((words * 20)[:200], OWN) is None
    assert objection((words * 20)[:201], OWN) is Objection.TOO_LONG


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "qwertyuiop12", "123456789012", "1qaz2wsx3edc4rfv", "administrator1", "iloveyou12345"),
        *("aaaaaaaaaaaa", "sakurasakura12", "Passw0rd!2026", "ｐａｓｓｗｏｒｄ１２３４", "asdfghjkl;12"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert objection(password, ()) is Objection.COMMON


@pytest.mark.parametrize(
    "password",
    [
        *("suzuki@example.jp", "Suzuki@Example.JP", "suzuki-suzuki-suzuki", "SUZUKI-sakura-12"),
        *("鈴木一郎鈴木一郎2026", "さくら茶舗さくら茶舗!!", "ｓｕｚｕｋｉ＠ｅｘａｍｐｌｅ．ｊｐ"),
    ],
)
def test_the_own_address_name_and_shop_are_refused(password: str) -> None:
    assert objection(password, OWN) is Objection.OWN


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse battery staple", "kyouhaiitenki", "chashitsu tsukuyomi", "xkqz-vmrt-plow"),
        *("さくらもちがたべたい3こ", "茶畑の向こうに海が見える朝", "            x9-q7-t2        "),
    ],
)
def test_length_is_enough_no_kind_of_character_is_asked_for(password: str) -> None:
    assert objection(password, OWN) is None
