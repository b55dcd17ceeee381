import pytest

from portal.values.postcodes import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5300001", "530-0001"),
        ("530-0001", "530-0001"),
        ("〒５３０－０００１", "530-0001"),
        ("530ー0001", "530-0001"),
        (" 530 0001 ", "530-0001"),
        ("600001", "060-0001"),
        ("10010", "001-0010"),
        ("53-0001", None),
        ("530-001", None),
        ("53000011", None),
        ("1001", None),
        ("06236", "000-6236"),
        ("SW1A 1AA", None),
        ("", None),
    ],
)
def test_a_postcode_is_kept_in_one_form(text: str, expected: str | None) -> None:
    assert normalise(text) == expected
