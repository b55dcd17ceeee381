"""Order codes as buyers type them."""

import pytest

from portal.orders.rules.codes import code_key


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
