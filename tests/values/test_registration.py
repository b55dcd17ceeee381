import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.registration import RegistrationWarning, normalise, registration_number_warning


@pytest.mark.parametrize(
    "number",
    [
        # These are 国税庁 and デジタル庁, as published.
        "T7000012050002",
        "T8000012130001",
        "Ｔ７０００－０１２０－５０００２",
        "t 7000012050002",
    ],
)
def test_a_corporations_number_passes(number: str) -> None:
    assert registration_number_warning(number) is None


@pytest.mark.parametrize("number", ["", "7000012050002", "T700001205000", "T70000120500021", "TX000012050002"])
def test_another_shape_is_warned_of(number: str) -> None:
    assert registration_number_warning(number) is RegistrationWarning.SHAPE


def test_a_wrong_check_digit_is_warned_of() -> None:
    assert registration_number_warning("T6000012050002") is RegistrationWarning.CHECK_DIGIT


def test_a_number_is_kept_half_width_without_separators() -> None:
    assert normalise(" Ｔ１２３４－５６７８ ９０１２３ ") == "T1234567890123"


@given(st.integers(0, 10**12 - 1))
def test_exactly_one_first_digit_fits_any_body(body: int) -> None:
    fitting = [first for first in range(10) if registration_number_warning(f"T{first}{body:012}") is None]
    assert len(fitting) == 1
    assert fitting[0] in range(1, 10)
