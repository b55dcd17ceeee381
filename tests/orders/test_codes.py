"""Order codes as buyers type them."""

import pytest

from portal.orders.rules.codes import code_key, code_keys


@pytest.mark.parametrize(
    "typed",
    [
        "A-10234",
        "a-10234",
        " A-10234 ",
        "Ａ－１０２３４",
        "A‐10234",
        "A–10234",
        "A—10234",
        "A−10234",
        "Aー10234",
        "A ｰ 10234",
        "A -\u200b10234",
        "A-10234\ufe0f",
        "\u202aA-10234\u202c",
        "\u2066A-10234\u2069",
        "A-1\u034f02\U000e010034",
        "\u3000A-10234\u3000",
    ],
)
def test_the_same_code_however_it_is_typed(typed: str) -> None:
    assert code_key(typed) == "A-10234"


def test_a_code_without_its_hyphen_is_another_code() -> None:
    assert code_key("A10234") != code_key("A-10234")


@pytest.mark.parametrize(
    "typed",
    [
        "901",
        "#901",
        "＃９０１",
        "No.901",
        "no 901",
        "№901",
        "NO：901",
        "注文番号：901",
        "ご注文番号 #901",
        "受注番号901",
        "901番",
        "Order #901",
    ],
)
@pytest.mark.parametrize("code", ["901", "#901"])
def test_what_is_copied_along_with_a_code_does_not_hide_it(typed: str, code: str) -> None:
    assert code_key(code) in code_keys(code_key(typed))


@pytest.mark.parametrize("code", ["NO-12", "ORDER-7", "注文-7", "12番-3"])
def test_a_code_that_looks_like_its_label_is_found_as_it_is_typed(code: str) -> None:
    assert code_keys(code_key(code))[0] == code_key(code)


@pytest.mark.parametrize("typed", ["9010", "A901", "901-1"])
def test_another_number_is_another_order(typed: str) -> None:
    assert not {"901", "#901"} & set(code_keys(code_key(typed)))
